//! Counters of the calls that this process makes.

use std::sync::atomic::{AtomicU64, Ordering};

/// Counters of the calls that this process has made to a [`Cluster`](crate::Cluster). Each call that has ended is counted in
/// exactly one of `done`, `failed`, `cancelled` and `refused`.
///
/// ```
/// # use tokio_offload_cluster::Cluster;
/// static THUMBS: Cluster = Cluster::new("thumbs");
///
/// let stats = THUMBS.stats();
/// println!("{} queued, {} running on {} nodes", stats.queued, stats.running, stats.nodes);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClusterStats {
    /// Calls that wait: in this process, for a connection, or for a node.
    pub queued: u64,
    /// Calls that a node is running.
    pub running: u64,
    /// Calls whose body returned.
    pub done: u64,
    /// Calls that a node started and that have no result: the body panicked, its process died, it exceeded the timeout, or its
    /// node was lost.
    pub failed: u64,
    /// Calls that were cancelled or dropped.
    pub cancelled: u64,
    /// Calls that no node started: the queue was full, or there was no node or no connection.
    pub refused: u64,
    /// Nodes that have a call of this process now.
    pub nodes: u64,
    /// How often a call lost its node.
    pub lost: u64,
    /// How often a call was run again on another node.
    pub retried: u64,
    /// How often a ticket was written again.
    pub republished: u64,
    /// Claims that were refused, because a ticket came twice or because the call had ended.
    pub refused_claims: u64,
}

/// The counters behind [`ClusterStats`].
#[derive(Debug)]
pub(crate) struct Counters([AtomicU64; 11]);

/// The index of each counter.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Count {
    Queued,
    Running,
    Done,
    Failed,
    Cancelled,
    Refused,
    Nodes,
    Lost,
    Retried,
    Republished,
    RefusedClaims,
}

impl Counters {
    pub(crate) const fn new() -> Self {
        Self([const { AtomicU64::new(0) }; 11])
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
            nodes: read(Count::Nodes),
            lost: read(Count::Lost),
            retried: read(Count::Retried),
            republished: read(Count::Republished),
            refused_claims: read(Count::RefusedClaims),
        }
    }
}
