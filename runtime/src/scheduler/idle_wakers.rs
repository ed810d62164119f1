//! The wakers of tasks that wait until a queue is idle.

use std::{mem, task::Waker};

/// The wakers, each with its number, in the order of these. A task that is dropped removes its own.
#[derive(Default)]
pub(super) struct IdleWakers {
    by_number: Vec<(u64, Waker)>,
    last: u64,
}

impl IdleWakers {
    /// Stores `waker` under the number it got before or a new one. Returns the waker that it replaces.
    pub(super) fn add(&mut self, number: &mut Option<u64>, waker: Waker) -> Option<Waker> {
        let number = *number.get_or_insert_with(|| {
            self.last += 1;
            self.last
        });
        match self.place(number) {
            Ok(place) => Some(mem::replace(&mut self.by_number[place].1, waker)),
            Err(place) => {
                self.by_number.insert(place, (number, waker));
                None
            }
        }
    }

    pub(super) fn remove(&mut self, number: u64) -> Option<Waker> {
        let place = self.place(number).ok()?;
        Some(self.by_number.remove(place).1)
    }

    /// Where the waker of that number is, or belongs.
    fn place(&self, number: u64) -> Result<usize, usize> {
        self.by_number
            .binary_search_by_key(&number, |(known, _)| *known)
    }

    pub(super) fn take(&mut self) -> Vec<Waker> {
        let all = mem::take(&mut self.by_number).into_iter();
        all.map(|(_, waker)| waker).collect()
    }
}
