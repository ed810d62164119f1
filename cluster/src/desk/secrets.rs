//! What nobody can guess: whoever wants something of a call shows that it was meant to have it.
//!
//! A ticket carries a secret, which a claim of its call shows; a grant carries another, which further questions and the answer show.
//! So a node can claim only what is in queues that it may read, and bring results only of calls that it was given.

use std::hash::{BuildHasher, RandomState};

use crate::message::Start;

/// Makes secrets of numbers, each time the same.
#[derive(Debug, Default)]
pub(super) struct Secrets(RandomState);

impl Secrets {
    /// What the ticket of a call shows.
    pub(super) fn ticket(&self, call: u64) -> u64 {
        self.0.hash_one(("ticket", call))
    }

    /// What the node shows that was given this start.
    pub(super) fn grant(&self, start: Start) -> u64 {
        self.0.hash_one(("grant", start))
    }

    /// Where the server is to tell what became of a ticket.
    pub(super) fn ack(&self, call: u64) -> u64 {
        self.0.hash_one(("ack", call))
    }

    /// Two of so many queues.
    pub(super) fn shards(&self, call: u64, shards: u32) -> (u32, u32) {
        let pick = |which: u8| {
            let random = self.0.hash_one(("shard", which, call)) % u64::from(shards.max(1));
            u32::try_from(random).unwrap_or(0)
        };
        (pick(0), pick(1))
    }

    /// The number of a question.
    pub(super) fn question(&self, count: u64) -> u64 {
        self.0.hash_one(("question", count))
    }
}
