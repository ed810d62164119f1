//! The counters of the nodes of a cluster.

/// The counters of the nodes of a cluster, as this process sees them.
///
/// ```
/// for pool in tokio_offload::snapshot().pools {
///     if let Some(cluster) = pool.cluster {
///         println!("{}: {} nodes, {} lost", pool.name, cluster.nodes, cluster.lost);
///     }
/// }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(default)
)]
#[non_exhaustive]
pub struct ClusterSnapshot {
    /// Nodes that have a call of this process now.
    pub nodes: u64,
    /// How often a call lost its node: the node ended, or was silent for too long.
    pub lost: u64,
    /// How often a call was given to a further node, since its cluster declares `retries`.
    pub retried: u64,
    /// How often a ticket was written again: after a restart of a server, or because the network was interrupted.
    pub republished: u64,
    /// Claims of nodes that were refused, because a ticket came twice or the call had ended.
    pub refused_claims: u64,
}
