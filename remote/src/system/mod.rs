//! Asks the operating system about processes: their rights, and which process started which; and waits for descriptors.
//!
//! May import nothing of the crate.

pub(crate) mod adopted;
pub(crate) mod descriptors;
pub(crate) mod family;
pub(crate) mod privileges;
pub(crate) mod proc;
pub(crate) mod readiness;
