//! Secrets that cannot be guessed. With one, a node shows that it was given a ticket or a call.
//!
//! A ticket has a secret that the claim must show. A grant has another one that later questions and the answer must show.
//! So a node can claim only calls in queues that it may read, and send results only of calls that it was given.

use std::hash::{BuildHasher, RandomState};

use crate::message::Start;

/// Computes secrets from numbers: the same number always has the same secret.
#[derive(Debug, Default)]
pub(super) struct Secrets(RandomState);

impl Secrets {
    /// The secret in the ticket of a call.
    pub(super) fn ticket(&self, call: u64) -> u64 {
        self.0.hash_one(("ticket", call))
    }

    /// The secret of the node that was given this start.
    pub(super) fn grant(&self, start: Start) -> u64 {
        self.0.hash_one(("grant", start))
    }

    /// The subject for the server's answer to a ticket.
    pub(super) fn ack(&self, call: u64) -> u64 {
        self.0.hash_one(("ack", call))
    }

    /// Picks two of this many queues.
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
