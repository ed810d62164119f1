//! What is known about the tickets of a cluster in its queues.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

/// How long calls wait before the server is asked, and the time between two questions.
pub(super) const CHECK: Duration = Duration::from_secs(5);

/// What is known about the tickets of a cluster.
#[derive(Debug)]
pub(super) struct Check {
    pub(super) next: Instant,
    /// The questions that wait for an answer, by the number of the queue, each with the newest ticket that it is about.
    pub(super) asked: HashMap<u32, (u64, u64)>,
    /// The number of the newest ticket in each queue.
    pub(super) newest: HashMap<u32, u64>,
    /// The server does not let this process ask.
    pub(super) denied: bool,
}

impl Check {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            next: now + CHECK,
            asked: HashMap::new(),
            newest: HashMap::new(),
            denied: false,
        }
    }
}
