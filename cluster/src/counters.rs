//! What is counted of the calls of this process.

use std::sync::atomic::{AtomicU64, Ordering};

/// A moment in the life of a [`Cluster`](crate::Cluster), as this process sees it. Of the calls that have ended each is in exactly
/// one of `done`, `failed`, `cancelled` and `refused`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClusterStats {
    /// Calls that wait: here, for a connection, or for a node.
    pub queued: u64,
    /// Calls that a node has.
    pub running: u64,
    /// Calls whose body returned.
    pub done: u64,
    /// Calls that a node had and that have no result: the body panicked, died, was too slow, or its node was lost.
    pub failed: u64,
    /// Calls that were cancelled or dropped.
    pub cancelled: u64,
    /// Calls that no node ever had: no room, no nodes, no connection.
    pub refused: u64,
    /// How often a call lost its node.
    pub lost: u64,
    /// How often a call was given to a further node.
    pub retried: u64,
    /// How often a ticket was written again.
    pub republished: u64,
    /// Claims that were refused: of doubled tickets, and of calls that nobody waits for any more.
    pub refused_claims: u64,
}

/// The same, as it is counted.
#[derive(Debug)]
pub(crate) struct Counters([AtomicU64; 10]);

/// The place of each counter.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Count {
    Queued,
    Running,
    Done,
    Failed,
    Cancelled,
    Refused,
    Lost,
    Retried,
    Republished,
    RefusedClaims,
}

impl Counters {
    pub(crate) const fn new() -> Self {
        Self([const { AtomicU64::new(0) }; 10])
    }

    pub(crate) fn add(&self, count: Count) {
        self.0[count as usize].fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn take(&self, count: Count) {
        self.0[count as usize].fetch_sub(1, Ordering::Relaxed);
    }

    pub(crate) fn read(&self) -> ClusterStats {
        let read = |count: Count| self.0[count as usize].load(Ordering::Relaxed);
        ClusterStats {
            queued: read(Count::Queued),
            running: read(Count::Running),
            done: read(Count::Done),
            failed: read(Count::Failed),
            cancelled: read(Count::Cancelled),
            refused: read(Count::Refused),
            lost: read(Count::Lost),
            retried: read(Count::Retried),
            republished: read(Count::Republished),
            refused_claims: read(Count::RefusedClaims),
        }
    }
}
