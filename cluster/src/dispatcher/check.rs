//! What is known about the tickets of a cluster in its queues.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

/// How long calls wait before the server is asked, and the time between two questions.
pub(super) const CHECK: Duration = Duration::from_secs(5);

/// What the server says about the stream of a queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Kept {
    /// The numbers of the first and the last ticket that it may have.
    pub(crate) tickets: (u64, u64),
    /// How long ago it was made, if the server says so. Without it the numbers decide.
    pub(crate) age: Option<Duration>,
    /// When it was made, in the server's words, which stay the same.
    pub(crate) created: Option<String>,
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
    /// When each queue was made, as the last answer said.
    pub(super) created: HashMap<u32, String>,
    /// The server does not let this process ask.
    pub(super) denied: bool,
}

impl Check {
    /// Adds what an answer says of a queue. If it is that of the answer before, all its tickets are in it, whatever its age: the clock of
    /// the server may have been set back. Otherwise the age decides, this time.
    pub(super) fn compare(&mut self, shard: u32, kept: &mut Kept) {
        let Some(created) = &kept.created else { return };
        if self.created.get(&shard) == Some(created) {
            kept.age = None;
        }
        self.created.insert(shard, created.clone());
    }

    pub(super) fn new(now: Instant) -> Self {
        Self {
            next: now + CHECK,
            asked: HashMap::new(),
            created: HashMap::new(),
            denied: false,
        }
    }
}
