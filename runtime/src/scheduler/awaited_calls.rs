//! The queued calls that bodies wait for in `block_on`, so that nobody has to look for them among all that wait.
//!
//! A call is added when it enters its queue, or when a body begins to wait for it later. It is not removed when it leaves the queue: who
//! looks passes over it, and room is made before it grows.

use std::{collections::VecDeque, mem, sync::Arc};

use crate::call::traits::Run;

/// Calls by the `block_on` that they are awaited in, as [`Run::awaited_in`] has it. What comes out of it is to be dropped where no lock is
/// held.
#[derive(Default)]
pub(crate) struct AwaitedCalls(Vec<AwaitedHere>);

struct AwaitedHere {
    block_on: usize,
    /// In the order in which they were added.
    calls: VecDeque<Arc<dyn Run>>,
}

impl AwaitedHere {
    fn waits(&self, call: &Arc<dyn Run>) -> bool {
        call.awaited_in() == Some(self.block_on)
    }

    /// Takes out those that wait no more before the first that does.
    fn pass_over(&mut self, gone: &mut Vec<Arc<dyn Run>>) -> Option<&Arc<dyn Run>> {
        while !self.waits(self.calls.front()?) {
            gone.extend(self.calls.pop_front());
        }
        self.calls.front()
    }

    fn take_gone(&mut self, gone: &mut Vec<Arc<dyn Run>>) {
        let all = mem::take(&mut self.calls).into_iter();
        let (waiting, left) = all.partition(|call| self.waits(call));
        self.calls = waiting;
        gone.extend::<VecDeque<_>>(left);
        // As much room again, so that a look at all of them is paid for by as many calls.
        self.calls.reserve(self.calls.len() + 4);
    }
}

impl AwaitedCalls {
    /// Adds a call that is awaited in `block_on`. Returns those that wait no more, if they were looked for.
    pub(crate) fn add(&mut self, block_on: usize, call: Arc<dyn Run>) -> Vec<Arc<dyn Run>> {
        let mut gone = Vec::new();
        let place = self.0.iter().rposition(|here| here.block_on == block_on);
        let here = match place {
            Some(place) => &mut self.0[place],
            None => self.add_block_on(block_on, &mut gone),
        };
        if here.calls.len() == here.calls.capacity() {
            here.take_gone(&mut gone);
        }
        here.calls.push_back(call);
        gone
    }

    fn add_block_on(&mut self, block_on: usize, gone: &mut Vec<Arc<dyn Run>>) -> &mut AwaitedHere {
        if self.0.len() == self.0.capacity() {
            self.0.retain_mut(|here| here.pass_over(gone).is_some());
            self.0.reserve(self.0.len() + 4);
        }
        let calls = VecDeque::new();
        self.0.push(AwaitedHere { block_on, calls });
        self.0.last_mut().expect("one was added")
    }

    /// The first call of each `block_on`. Those that wait no more come into `gone`.
    pub(crate) fn first_of_each(&mut self, gone: &mut Vec<Arc<dyn Run>>) -> Vec<Arc<dyn Run>> {
        let first = self.0.iter_mut().filter_map(|here| here.pass_over(gone));
        first.cloned().collect()
    }

    /// All of it, if `none_wait` in the queue.
    #[must_use]
    pub(crate) fn take_if(&mut self, none_wait: bool) -> Self {
        if none_wait {
            mem::take(self)
        } else {
            Self::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    };

    use super::AwaitedCalls;
    use crate::{
        call::{
            meter::{Ticket, Times},
            outcome::Ending,
            site::Site,
            traits::{Around, Run},
        },
        error::Error,
    };

    /// A call that is awaited in a `block_on` of that number, or in none where it is zero.
    struct AwaitedIn(AtomicUsize, Arc<AtomicUsize>);

    impl Run for AwaitedIn {
        fn run(self: Arc<Self>, _: Option<Around<'_>>, _: &mut dyn FnMut(Ending, Times)) {}

        fn site(&self) -> &'static Site {
            unreachable!("nobody asks")
        }

        fn ticket(&self) -> Option<Ticket> {
            unreachable!("nobody asks")
        }

        fn refuse(&self, _: Error) {}

        fn has_ended(&self) -> bool {
            false
        }

        fn awaited_in(&self) -> Option<usize> {
            self.1.fetch_add(1, SeqCst);
            Some(self.0.load(SeqCst)).filter(|number| *number > 0)
        }
    }

    fn number_of(call: &Arc<dyn Run>) -> usize {
        call.awaited_in().unwrap()
    }

    #[test]
    fn the_first_of_each_is_found_and_what_waits_no_more_is_passed_over() {
        let mut awaited = AwaitedCalls::default();
        let mut calls = Vec::new();
        for number in [7, 8, 7, 8, 9] {
            let call = Arc::new(AwaitedIn(AtomicUsize::new(number), Arc::default()));
            calls.push(Arc::clone(&call));
            assert!(awaited.add(number, call).is_empty());
        }
        let first = |awaited: &mut AwaitedCalls| {
            let mut gone = Vec::new();
            let first = awaited.first_of_each(&mut gone);
            let first: Vec<_> = first.iter().map(number_of).collect();
            (first, gone.len())
        };
        assert_eq!(first(&mut awaited), (vec![7, 8, 9], 0));
        // One that another body waits for from now on has been added there.
        for call in [0, 1, 3] {
            calls[call].0.store(0, SeqCst);
        }
        assert_eq!(first(&mut awaited), (vec![7, 9], 3));
        assert_eq!(first(&mut awaited), (vec![7, 9], 0));
        assert_eq!(first(&mut awaited.take_if(false)), (vec![], 0));
        assert_eq!(first(&mut awaited.take_if(true)), (vec![7, 9], 0));
        assert_eq!(first(&mut awaited), (vec![], 0));
    }

    /// A few looks for each that is added, and room for a few more than those that wait, however many have been here.
    #[test]
    fn those_that_wait_no_more_go_in_time() {
        let looks = Arc::<AtomicUsize>::default();
        for in_one in [true, false] {
            let (mut awaited, mut dropped) = (AwaitedCalls::default(), 0);
            let mut window = std::collections::VecDeque::new();
            for number in 1..=10_000 {
                let block_on = if in_one { 1 } else { number };
                let call = AwaitedIn(AtomicUsize::new(block_on), Arc::clone(&looks));
                let call = Arc::new(call);
                dropped += awaited.add(block_on, Arc::clone(&call) as _).len();
                window.push_back(call);
                if window.len() > 100 {
                    window.pop_front().unwrap().0.store(0, SeqCst);
                }
            }
            assert!(dropped > 9_700, "{dropped}");
            let looks = looks.swap(0, SeqCst);
            assert!(looks < 50_000, "{looks}");
        }
    }
}
