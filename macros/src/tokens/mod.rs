//! Questions about tokens and types, and the changes made to a body: what needs neither options nor a model.
//!
//! Imports nothing of the crate.

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
pub(crate) mod unsized_value;
pub(crate) mod wording;
