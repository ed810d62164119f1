//! The first job of each line of a level, by arrival, for the measurements of a pool.

use std::collections::BTreeMap;

/// The position of a job in the order of submission to its queue.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Arrival(u64);

/// The number of jobs that were submitted.
#[derive(Default)]
pub(super) struct Arrivals(u64);

impl Arrivals {
    pub(super) const fn next(&mut self) -> Arrival {
        self.0 += 1;
        Arrival(self.0)
    }
}

/// The first jobs, each with the key of its line.
#[derive(Default)]
pub(super) struct Heads(BTreeMap<Arrival, Option<u64>>);

impl Heads {
    pub(super) fn add(&mut self, arrival: Arrival, key: Option<u64>) {
        self.0.insert(arrival, key);
    }

    pub(super) fn remove(&mut self, arrival: Arrival) {
        self.0.remove(&arrival);
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// The oldest of all.
    pub(super) fn oldest(&self) -> Option<(Arrival, Option<u64>)> {
        let (arrival, key) = self.0.first_key_value()?;
        Some((*arrival, *key))
    }
}
