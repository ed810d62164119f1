//! Replaces `ask` when the feature `process` is off: threads that compute are not examined.

use std::io;

use super::{stacks::Unasked, thread::Tid, unwind::Registers};

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

/// In place of the helper process: there is none.
pub(crate) enum Helper {}

impl Helper {
    #[allow(
        clippy::unnecessary_wraps,
        reason = "where there is one, it may not start"
    )]
    pub(crate) fn start() -> io::Result<Option<Self>> {
        Ok(None)
    }

    pub(crate) fn is_broken(&self) -> bool {
        match *self {}
    }

    pub(crate) fn ask(&self, _tid: Tid) -> Option<(Registers, u64, Vec<u8>)> {
        match *self {}
    }
}

/// How to get the name of a function that computes.
pub(crate) fn unnamed(_: Unasked) -> &'static str {
    "to name what computes, add `features = [\"process\"]` and call `init` first in `main`"
}
