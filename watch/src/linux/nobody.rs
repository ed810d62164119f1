//! Without a helper process: threads that compute are not looked at.

use super::{thread::Tid, unwind::Registers};

/// The way of the helper process into its work, which is there with the feature `process`.
///
/// Call it first in `main`: a copy of the program that was started to look at a thread does so here, and exits.
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
