//! Asks the operating system about processes: their rights, and which process started which.
//!
//! Imports nothing of this crate.

pub(crate) mod descriptors;
pub(crate) mod family;
pub(crate) mod privileges;
pub(crate) mod proc;
