//! What is known about the tickets of a cluster in its queues.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

/// How long calls wait before the server is asked, and the time between two questions.
pub(super) const CHECK: Duration = Duration::from_secs(5);

/// What the server says about the stream of a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Kept {
    /// The numbers of the first and the last ticket that it may have.
    pub(crate) tickets: (u64, u64),
    /// How long ago it was made, if the server says so. Without it the numbers decide.
    pub(crate) age: Option<Duration>,
}

impl Kept {
    /// Whether it can have a ticket with this number, which was accepted that long before the question.
    pub(super) fn has(&self, number: u64, before: Duration) -> bool {
        let (first, last) = self.tickets;
        (first..=last).contains(&number) && self.age.is_none_or(|age| before <= age)
    }
}

/// What is known about the tickets of a cluster.
#[derive(Debug)]
pub(super) struct Check {
    pub(super) next: Instant,
    /// The questions that wait for an answer, by the number of the queue, each with the time when it was asked.
    pub(super) asked: HashMap<u32, (u64, Instant)>,
    /// The server does not let this process ask.
    pub(super) denied: bool,
}

impl Check {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            next: now + CHECK,
            asked: HashMap::new(),
            denied: false,
        }
    }
}
