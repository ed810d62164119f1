//! The wakers of tasks that wait until a queue is idle.

use std::{collections::BTreeMap, mem, task::Waker};

/// The wakers by number. A task that is dropped removes its own.
#[derive(Default)]
pub(super) struct IdleWakers {
    by_number: BTreeMap<u64, Waker>,
    last: u64,
}

impl IdleWakers {
    /// Stores `waker` under the number it got before or a new one. Returns the waker that it replaces.
    pub(super) fn add(&mut self, number: &mut Option<u64>, waker: Waker) -> Option<Waker> {
        let number = *number.get_or_insert_with(|| {
            self.last += 1;
            self.last
        });
        self.by_number.insert(number, waker)
    }

    pub(super) fn remove(&mut self, number: u64) -> Option<Waker> {
        self.by_number.remove(&number)
    }

    pub(super) fn take(&mut self) -> Vec<Waker> {
        if self.by_number.is_empty() {
            return Vec::new();
        }
        mem::take(&mut self.by_number).into_values().collect()
    }
}
