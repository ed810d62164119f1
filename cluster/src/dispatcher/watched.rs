//! The last answer of each node that has calls.

use std::time::{Duration, Instant};

/// How long a node may be reconnecting to another server, if there are several.
pub(super) const MOVE: Duration = Duration::from_secs(3);
/// How long a node may be silent while this process sends arguments, behind which its questions may wait, or fetches results, behind
/// which answers may.
pub(super) const LATE: Duration = Duration::from_secs(30);

/// A node that has calls.
#[derive(Debug)]
pub(crate) struct Watched {
    pub(super) pinged: Instant,
    /// When it stopped answering.
    pub(super) silent: Option<Instant>,
    pub(super) strikes: u32,
    /// When a question first did not reach it.
    pub(super) struck: Option<Instant>,
    /// Included in all questions to it, so that only a process that received one can answer.
    pub(super) number: u64,
}

impl Watched {
    /// The node has said something.
    pub(super) const fn heard(&mut self) {
        self.silent = None;
        self.strikes = 0;
        self.struck = None;
    }
}
