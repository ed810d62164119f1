//! What is asked of the operating system about processes: the rights they have, and who started whom.
//!
//! Imports nothing of this crate.

pub(crate) mod family;
pub(crate) mod privileges;
