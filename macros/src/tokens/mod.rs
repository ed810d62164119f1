//! Searches in tokens and types, and changes of bodies. None of them needs options or a model.
//!
//! - Types: `borrow` finds borrows, `interior` interior mutability, `object` trait objects, `future` futures,
//!   `unsized_value` values without a size, `bare` bare names, `self_type` a `Self` that moves; `stand_in` is for an `impl Trait`.
//! - Bodies: `body` searches them, `rewrite` renames `self` and lifetimes, `precedence` puts parentheses around fragments, `pointer`
//!   renames lifetimes in function pointers, `closure` removes them from parameters of closures.
//! - Others: `cfg` reads conditions, `edition` makes names of edition 2015 readable, `wording` writes code into messages.
//!
//! May import nothing of the crate.

pub(crate) mod bare;
pub(crate) mod body;
pub(crate) mod borrow;
pub(crate) mod cfg;
pub(crate) mod closure;
pub(crate) mod edition;
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
