//! Asks the operating system about processes: their rights, and which process started which; and waits for descriptors.
//!
//! - `proc`: reads `/proc`. `family`: a process and all that it started. `adopted`: reaps processes that became children of this one.
//! - `privileges`: rights that the parent of a process may not have.
//! - `descriptors`: keeps ours away from the standard ones. `readiness`: waits for them.
//!
//! May import nothing of the crate.

pub(crate) mod adopted;
pub(crate) mod descriptors;
pub(crate) mod family;
pub(crate) mod privileges;
pub(crate) mod proc;
pub(crate) mod readiness;
