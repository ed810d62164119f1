//! A node that has calls, as far as it has been heard of.

use std::time::{Duration, Instant};

/// How long a node may be on its way to another server, where there are several.
pub(super) const MOVE: Duration = Duration::from_secs(3);

/// A node that has calls.
#[derive(Debug)]
pub(crate) struct Watched {
    pub(super) pinged: Instant,
    /// Since when it has not answered.
    pub(super) silent: Option<Instant>,
    pub(super) strikes: u32,
    /// When it was not there for the first time.
    pub(super) struck: Option<Instant>,
    /// Stands in all questions to it: who has not heard one cannot answer.
    pub(super) number: u64,
}
