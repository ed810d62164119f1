//! Without a helper process: threads that compute are not looked at.

use super::{thread::Tid, unwind::Registers};

/// Lets a copy of this program act as the helper process. Without the feature `process` it does nothing.
///
/// Call it first in `main`. With the feature, a copy of the program that was started to read the registers of a thread does its
/// work here and exits.
///
/// ```
/// tokio_offload_watch::init();
/// // The program.
/// ```
pub fn init() {}

/// Nobody who could read the registers of a thread.
pub(crate) enum Helper {}

impl Helper {
    pub(crate) fn start(_threads: usize) -> Option<Self> {
        None
    }

    pub(crate) fn ask(&self, _tid: Tid) -> Option<(Registers, u64, Vec<u8>)> {
        match *self {}
    }
}

/// What would help to name a thread that computes.
pub(crate) fn unnamed() -> &'static str {
    "to name what computes, add `features = [\"process\"]` and call `init` first in `main`"
}
