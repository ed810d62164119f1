//! Questions about tokens and types, and the changes made to a body. All of them work without options and without a model.
//!
//! - Types: `borrow` finds what they borrow, `interior` what changes through a `&`, `object` trait objects, `future` futures,
//!   `unsized_value` values without a size, `bare` bare names, `self_type` a `Self` that moves; `stand_in` is for an `impl Trait`.
//! - Bodies: `body` answers questions about them, `rewrite` renames `self` and lifetimes, `precedence` keeps fragments whole, `pointer`
//!   frees lifetimes in function pointers.
//! - Others: `cfg` reads conditions, `wording` writes code into messages.
//!
//! May import nothing of the crate.

pub(crate) mod bare;
pub(crate) mod body;
pub(crate) mod borrow;
pub(crate) mod cfg;
pub(crate) mod future;
pub(crate) mod interior;
pub(crate) mod object;
pub(crate) mod pointer;
pub(crate) mod precedence;
pub(crate) mod rewrite;
pub(crate) mod self_type;
pub(crate) mod stand_in;
pub(crate) mod unsized_value;
pub(crate) mod wording;
