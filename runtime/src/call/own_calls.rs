//! Calls that a body made and may have to run itself while it awaits them.

use std::{collections::VecDeque, sync::Arc};

use super::{
    block_on::offers::Offered,
    signal::Signal,
    traits::{Run, Submitted},
};

/// The calls that one body made, in one line for each group of threads: if no slot is free for the first call of a line, none is free for
/// the others. A body may have thousands of calls, and few lines. Calls that it does not await, or not yet, run on other threads only.
#[derive(Default)]
pub(super) struct OwnCalls {
    lines: Vec<OwnLine>,
    /// The number of calls that were added.
    made: u64,
}

struct OwnLine {
    /// Identifies the group of threads.
    threads: Arc<Signal>,
    /// In order, each with its number.
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
            // Doubling makes the cost of the scan constant per call.
            calls.reserve(calls.len() + 4);
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

    /// Removes the calls at the head of each line that are no longer queued, or that nobody can await because they were detached.
    fn forget_first(&mut self) {
        let waits = |call: &Arc<dyn Run>| call.is_queued() && !call.has_ended();
        self.lines.retain_mut(|OwnLine { calls, .. }| {
            while calls.front().is_some_and(|(_, first)| !waits(&first.call)) {
                calls.pop_front();
            }
            !calls.is_empty()
        });
    }

    /// The first awaited call of each line, for that `block_on`.
    fn first(&self, block_on: *const ()) -> impl Iterator<Item = &(u64, Submitted)> {
        let is_awaited = move |call: &&(u64, Submitted)| call.1.is_awaited_in(block_on);
        let lines = self.lines.iter();
        lines.filter_map(move |line| line.calls.iter().find(is_awaited))
    }

    /// The number of the oldest call that is awaited in that `block_on`.
    pub(super) fn oldest(&mut self, block_on: *const ()) -> Option<u64> {
        self.forget_first();
        self.first(block_on).map(|(number, _)| *number).min()
    }

    /// The first awaited call of each line, the oldest first.
    pub(super) fn first_of_each(&mut self, block_on: *const ()) -> Vec<Submitted> {
        self.forget_first();
        let mut first: Vec<&(u64, Submitted)> = Vec::new();
        for call in self.first(block_on) {
            let place = first.partition_point(|known| known.0 < call.0);
            first.insert(place, call);
        }
        first.into_iter().map(|(_, call)| call.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::{
        collections::VecDeque,
        sync::{
            Arc,
            atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
        },
    };

    use super::{OwnCalls, Run, Submitted};
    use crate::{
        call::{
            meter::{SubmittedAt, Times},
            outcome::Ending,
            site::Site,
            traits::{Around, RunQueued},
        },
        error::Error,
    };

    struct Call {
        queued: AtomicBool,
        asked: Arc<AtomicUsize>,
    }

    impl Run for Call {
        fn run(self: Arc<Self>, _: Option<Around<'_>>, _: &mut dyn FnMut(Ending, Times)) {}

        fn site(&self) -> &'static Site {
            unreachable!("nobody asks")
        }

        fn submitted_at(&self) -> Option<SubmittedAt> {
            unreachable!("nobody asks")
        }

        fn is_queued(&self) -> bool {
            self.asked.fetch_add(1, SeqCst);
            self.queued.load(SeqCst)
        }

        fn refuse(&self, _: Error) {}

        fn has_ended(&self) -> bool {
            false
        }
    }

    struct Nowhere;

    impl RunQueued for Nowhere {
        fn run_queued(self: Arc<Self>, _: &Arc<dyn Run>, _: bool) -> bool {
            false
        }
    }

    /// A body with a constant number of unfinished calls does not scan all of them for each new call.
    #[test]
    fn a_full_window_of_calls_is_looked_at_now_and_then() {
        let (mut calls, threads) = (OwnCalls::default(), Arc::default());
        let (mut window, asked) = (VecDeque::new(), Arc::<AtomicUsize>::default());
        let mut make = |window: &mut VecDeque<Arc<Call>>| {
            let call = Arc::new(Call {
                queued: AtomicBool::new(true),
                asked: Arc::clone(&asked),
            });
            window.push_back(Arc::clone(&call));
            let to = Arc::new(Nowhere);
            calls.add(Submitted { call, to }, &threads);
        };
        for size in 1..=300_usize {
            make(&mut window);
            let before = asked.load(SeqCst);
            for _ in 0..size {
                let gone = window.pop_front().unwrap();
                gone.queued.store(false, SeqCst);
                make(&mut window);
            }
            let looks = asked.load(SeqCst) - before;
            assert!(looks <= 5 * size, "{looks} for {size}");
        }
    }
}
