//! `Examined`: what a look at the thread of a worker has found.

use crate::{Blocked, look::Tid};

/// The result of examining a worker.
pub(crate) enum Examined {
    /// A debugger has stopped it, so its time starts again.
    #[cfg_attr(
        not(all(target_os = "linux", target_arch = "x86_64")),
        expect(dead_code, reason = "no thread is looked at")
    )]
    Again,
    /// It is inside `allow_blocking`.
    Excused,
    /// No thread is in it.
    Empty,
    /// The next look can tell: there is none before this one to compare with, or too many threads may be this worker's.
    #[cfg_attr(
        not(all(target_os = "linux", target_arch = "x86_64")),
        expect(dead_code, reason = "no thread is looked at")
    )]
    Unclear,
    /// With the thread that the report is about, if it was found.
    Blocked(Box<Blocked>, Option<Tid>),
}
