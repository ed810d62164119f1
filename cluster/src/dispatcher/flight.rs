//! Counts the calls of a cluster that are in flight, the tickets in each queue, and the calls at each node.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use super::queue_streams::QueueStreams;
use crate::{cluster::Cluster, counters::Count};

/// The calls of a cluster that are in flight, and those that wait in this process until some of these have ended.
#[derive(Debug)]
pub(super) struct Flight {
    pub(super) cluster: &'static Cluster,
    pub(super) out: usize,
    /// The calls that wait here, by number, which is the order in which they were made. A set, because many may be dropped at once.
    pub(super) held: BTreeSet<u64>,
    /// How many tickets of this process wait in each queue.
    pub(super) tickets: HashMap<u32, usize>,
    /// How many calls of this process each node has. Nodes without calls are left out.
    pub(super) at_nodes: HashMap<Arc<str>, usize>,
    pub(super) streams: QueueStreams,
}

impl Flight {
    /// The queue with fewer tickets of the two.
    pub(super) fn shorter(&self, (one, other): (u32, u32)) -> u32 {
        let waiting = |shard| self.tickets.get(&shard).copied().unwrap_or(0);
        if waiting(other) < waiting(one) {
            other
        } else {
            one
        }
    }

    /// A ticket leaves a queue, enters one, or both.
    pub(super) fn move_ticket(&mut self, from: Option<u32>, to: Option<u32>) {
        if let Some(to) = to {
            *self.tickets.entry(to).or_default() += 1;
        }
        if let Some(tickets) = from.and_then(|from| self.tickets.get_mut(&from)) {
            *tickets -= 1;
        }
    }

    /// A call was given to the node.
    pub(super) fn comes_to(&mut self, node: &Arc<str>) {
        let calls = self.at_nodes.entry(Arc::clone(node)).or_insert_with(|| {
            self.cluster.counters.add(Count::Nodes);
            0
        });
        *calls += 1;
    }

    /// A call has left the node.
    pub(super) fn leaves(&mut self, node: &Arc<str>) {
        let Some(calls) = self.at_nodes.get_mut(node) else {
            return;
        };
        *calls -= 1;
        if *calls == 0 {
            self.at_nodes.remove(node);
            self.cluster.counters.take(Count::Nodes);
        }
    }
}
