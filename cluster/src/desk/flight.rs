//! How many calls of a cluster are on their way, in which queues their tickets wait, and at which nodes they run.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use crate::{cluster::Cluster, counters::Count};

/// How many calls of a cluster are on their way, and which wait here until some of them have ended.
#[derive(Debug)]
pub(super) struct Flight {
    pub(super) cluster: &'static Cluster,
    pub(super) out: usize,
    /// In the order of their numbers, which is that of the calls. A set: many may be dropped at once.
    pub(super) held: BTreeSet<u64>,
    /// How many tickets of this process wait in each queue.
    pub(super) tickets: HashMap<u32, usize>,
    /// How many calls of this process each node has; a node that has none is not here.
    pub(super) at_nodes: HashMap<Arc<str>, usize>,
}

impl Flight {
    /// The one of two queues in which fewer tickets wait.
    pub(super) fn shorter(&self, (one, other): (u32, u32)) -> u32 {
        let waiting = |shard| self.tickets.get(&shard).copied().unwrap_or(0);
        if waiting(other) < waiting(one) {
            other
        } else {
            one
        }
    }

    /// A ticket leaves a queue, comes into one, or both.
    pub(super) fn move_ticket(&mut self, from: Option<u32>, to: Option<u32>) {
        if let Some(to) = to {
            *self.tickets.entry(to).or_default() += 1;
        }
        if let Some(tickets) = from.and_then(|from| self.tickets.get_mut(&from)) {
            *tickets -= 1;
        }
    }

    /// The node has one call more.
    pub(super) fn comes_to(&mut self, node: &Arc<str>) {
        let calls = self.at_nodes.entry(Arc::clone(node)).or_insert_with(|| {
            self.cluster.counters.add(Count::Nodes);
            0
        });
        *calls += 1;
    }

    /// The node has one call less.
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
