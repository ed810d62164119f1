//! How many calls of a cluster are on their way, and in which queues their tickets wait.

use std::collections::{BTreeSet, HashMap};

use crate::cluster::Cluster;

/// How many calls of a cluster are on their way, and which wait here until some of them have ended.
#[derive(Debug)]
pub(super) struct Flight {
    pub(super) cluster: &'static Cluster,
    pub(super) out: usize,
    /// In the order of their numbers, which is that of the calls. A set: many may be dropped at once.
    pub(super) held: BTreeSet<u64>,
    /// How many tickets of this process wait in each queue.
    pub(super) tickets: HashMap<u32, usize>,
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
}
