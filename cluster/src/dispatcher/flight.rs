//! Counts the calls of a cluster that are in flight, the tickets in each queue, and the calls at each node.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use super::{queue_streams::QueueStreams, tickets::QueueTickets};
use crate::{cluster::Cluster, counters::Count};

/// The calls of a cluster that are in flight, and those that wait in this process until some of these have ended.
#[derive(Debug)]
pub(super) struct Flight {
    pub(super) cluster: &'static Cluster,
    pub(super) out: usize,
    /// The calls that wait here, by number, which is the order in which they were made. A set, because many may be dropped at once.
    pub(super) held: BTreeSet<u64>,
    /// The tickets of this process in each queue.
    pub(super) tickets: HashMap<u32, QueueTickets>,
    /// The number of queues, as the nodes last said.
    pub(super) shards: u32,
    /// How many calls of this process each node has. Nodes without calls are left out.
    pub(super) at_nodes: HashMap<Arc<str>, usize>,
    pub(super) streams: QueueStreams,
}

impl Flight {
    /// The queue with fewer tickets of the two.
    pub(super) fn shorter(&self, (one, other): (u32, u32)) -> u32 {
        let waiting = |shard| self.tickets.get(&shard).map_or(0, |tickets| tickets.count);
        if waiting(other) < waiting(one) {
            other
        } else {
            one
        }
    }

    /// Whether another call may be in flight.
    pub(super) const fn has_place(&self) -> bool {
        self.out < self.cluster.in_flight
    }

    /// The call that has been held back for longest, if it may be in flight now.
    pub(super) fn next_held(&mut self) -> Option<u64> {
        let next = self.has_place().then(|| self.held.pop_first()).flatten();
        self.out += usize::from(next.is_some());
        next
    }

    /// A call enters the queue `to`. Returns whether its ticket is to be written now, where at most `window` of all may be unanswered.
    pub(super) fn enter_queue(
        &mut self,
        id: u64,
        (from, to): (Option<u32>, u32),
        window: usize,
    ) -> bool {
        if from != Some(to) {
            from.inspect(|from| self.leave_queue(id, *from));
            self.tickets.entry(to).or_default().count += 1;
        }
        let share = self.share(window);
        self.tickets.entry(to).or_default().write(id, share)
    }

    /// What each queue has of the window. One whose server does not answer leaves the others theirs.
    fn share(&self, window: usize) -> usize {
        let shards = usize::try_from(self.shards).unwrap_or(usize::MAX).max(1);
        (window / shards).max(1)
    }

    /// A call whose ticket can be written now.
    pub(super) fn next_ticket(&mut self, window: usize) -> Option<u64> {
        let share = self.share(window);
        let mut queues = self.tickets.values_mut();
        queues.find_map(|tickets| tickets.next(share))
    }

    /// A call leaves that queue.
    pub(super) fn leave_queue(&mut self, id: u64, from: u32) {
        if let Some(tickets) = self.tickets.get_mut(&from) {
            tickets.count -= 1;
            tickets.settle(id);
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
