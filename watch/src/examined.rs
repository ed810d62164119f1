//! `Examined`: what a look at the thread of a worker has found.

use crate::{Blocked, look::Tid};

/// The result of examining a worker.
pub(crate) enum Examined {
    /// It is not at fault so far: a debugger stopped it.
    #[cfg_attr(
        not(all(target_os = "linux", target_arch = "x86_64")),
        expect(dead_code, reason = "no thread is looked at")
    )]
    Again,
    /// It is inside `allow_blocking`.
    Excused,
    /// No thread is in it.
    Empty,
    /// There was no look before that says enough.
    #[cfg_attr(
        not(all(target_os = "linux", target_arch = "x86_64")),
        expect(dead_code, reason = "no thread is looked at")
    )]
    Unclear,
    /// With the thread that the report is about, if it was found.
    Blocked(Box<Blocked>, Option<Tid>),
}
