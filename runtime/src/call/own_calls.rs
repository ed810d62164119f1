//! Calls that a body made and may have to run itself, if it waits for them.

use std::{collections::VecDeque, sync::Arc};

use super::{
    parked::OldestAndNewest,
    signal::Signal,
    traits::{Run, Submitted},
};

/// The calls of one body. Those for the same threads are a line: if there is no place for the first of a line, there is none for the
/// others. A body may have thousands of calls, and few lines.
#[derive(Default)]
pub(super) struct OwnCalls {
    lines: Vec<OwnLine>,
    /// How many calls there have been.
    made: u64,
}

struct OwnLine {
    /// What tells the threads apart that the calls are for.
    threads: Arc<Signal>,
    /// Each with its number, in their order.
    calls: VecDeque<(u64, Submitted)>,
}

impl OwnCalls {
    pub(super) fn add(&mut self, call: Submitted, threads: &Arc<Signal>) {
        self.made += 1;
        let number = self.made;
        let same = |line: &OwnLine| Arc::ptr_eq(&line.threads, threads);
        let calls = match self.lines.iter().position(same) {
            Some(known) => &mut self.lines[known].calls,
            None => self.add_line(threads),
        };
        if calls.len() == calls.capacity() {
            calls.retain(|(_, submitted)| submitted.call.is_queued());
        }
        calls.push_back((number, call));
    }

    fn add_line(&mut self, threads: &Arc<Signal>) -> &mut VecDeque<(u64, Submitted)> {
        if self.lines.len() == self.lines.capacity() {
            self.forget_first();
        }
        let (threads, calls) = (Arc::clone(threads), VecDeque::new());
        self.lines.push(OwnLine { threads, calls });
        &mut self.lines.last_mut().expect("one was added").calls
    }

    /// Forgets what waits no more, up to the first call of each line that does. Nobody waits for one that was detached.
    fn forget_first(&mut self) {
        let waits = |call: &Arc<dyn Run>| call.is_queued() && !call.has_ended();
        self.lines.retain_mut(|OwnLine { calls, .. }| {
            while calls.front().is_some_and(|(_, first)| !waits(&first.call)) {
                calls.pop_front();
            }
            !calls.is_empty()
        });
    }

    fn first(&self) -> impl Iterator<Item = &(u64, Submitted)> {
        self.lines.iter().filter_map(|line| line.calls.front())
    }

    /// `None` if no call waits.
    pub(super) fn oldest_and_newest(&mut self) -> Option<OldestAndNewest> {
        self.forget_first();
        let oldest = self.first().map(|(number, _)| *number).min()?;
        Some((oldest, self.made))
    }

    /// The first call of each line, the oldest first.
    pub(super) fn first_of_each(&mut self) -> Vec<Submitted> {
        self.forget_first();
        let mut first: Vec<_> = self.first().collect();
        first.sort_unstable_by_key(|(number, _)| *number);
        first.into_iter().map(|(_, call)| call.clone()).collect()
    }
}
