//! An index of the queued calls that bodies await in `block_on`, so that the whole queue need not be searched for them.
//!
//! A call is added when it enters its queue, or later when a body begins to await it. It is not removed when it leaves the queue: such
//! stale entries are skipped by readers, and removed before the memory grows.

use std::{
    collections::{HashSet, VecDeque},
    mem,
    sync::Arc,
};

use crate::call::traits::Run;

/// Calls by the `block_on` in which they are awaited, as [`Run::awaited_in`] says. Calls that are taken out must be dropped without
/// holding a lock.
#[derive(Default)]
pub(crate) struct AwaitedCalls {
    here: Vec<AwaitedHere>,
    /// The number of calls that were added.
    added: u64,
    /// How many jobs must leave before the next scan: at least as many as the scan visits.
    until_scan: usize,
}

/// Calls to be dropped without holding a lock.
pub(crate) type LeftBehind = (AwaitedCalls, Vec<Arc<dyn Run>>);

/// How many stale entries may stay. Not measured: little memory, and few scans.
const FEW: usize = 32;

struct AwaitedHere {
    block_on: usize,
    /// In the order in which they were added, each with its number among all calls.
    calls: VecDeque<(u64, Arc<dyn Run>)>,
}

impl AwaitedHere {
    fn waits(&self, call: &Arc<dyn Run>) -> bool {
        call.awaited_in() == Some(self.block_on)
    }

    /// Removes the stale entries before the first live one, and returns that.
    fn pass_over(&mut self, gone: &mut Vec<Arc<dyn Run>>) -> Option<&(u64, Arc<dyn Run>)> {
        while !self.waits(&self.calls.front()?.1) {
            gone.extend(self.calls.pop_front().map(|(_, call)| call));
        }
        self.calls.front()
    }

    /// Removes stale and repeated entries: a call may be added each time that it is polled.
    fn take_gone(&mut self, gone: &mut Vec<Arc<dyn Run>>) {
        let mut known = HashSet::new();
        let all = mem::take(&mut self.calls).into_iter();
        let (waiting, left): (_, VecDeque<_>) =
            all.partition(|(_, call)| self.waits(call) && known.insert(call.cell()));
        self.calls = waiting;
        gone.extend(left.into_iter().map(|(_, call)| call));
    }
}

impl AwaitedCalls {
    pub(crate) fn is_empty(&self) -> bool {
        self.here.is_empty()
    }

    /// Adds a call that is awaited in `block_on`. Returns stale entries, if this scanned for them.
    pub(crate) fn add(&mut self, block_on: usize, call: Arc<dyn Run>) -> Vec<Arc<dyn Run>> {
        let mut gone = Vec::new();
        self.added += 1;
        let number = self.added;
        let place = self.here.iter().rposition(|here| here.block_on == block_on);
        let here = match place {
            Some(place) => &mut self.here[place],
            None => self.add_block_on(block_on, &mut gone),
        };
        if here.calls.len() == here.calls.capacity() {
            here.take_gone(&mut gone);
            // Doubling makes the cost of the scan constant per call.
            here.calls.reserve(here.calls.len() + 4);
        }
        here.calls.push_back((number, call));
        self.until_scan = (self.until_scan + 1).saturating_sub(gone.len());
        gone
    }

    fn add_block_on(&mut self, block_on: usize, gone: &mut Vec<Arc<dyn Run>>) -> &mut AwaitedHere {
        let here = &mut self.here;
        if here.len() == here.capacity() {
            here.retain_mut(|here| here.pass_over(gone).is_some());
            here.reserve(here.len() + 4);
        }
        let calls = VecDeque::new();
        here.push(AwaitedHere { block_on, calls });
        here.last_mut().expect("one was added")
    }

    /// The first call of each `block_on`, in the order of submission. Stale entries are moved to `gone`.
    pub(crate) fn first_of_each(&mut self, gone: &mut Vec<Arc<dyn Run>>) -> Vec<Arc<dyn Run>> {
        let here = self.here.iter_mut();
        let first = here.filter_map(|here| here.pass_over(gone));
        let mut first: Vec<_> = first.cloned().collect();
        first.sort_unstable_by_key(|(number, _)| *number);
        first.into_iter().map(|(_, call)| call).collect()
    }

    /// A job has left the queue, perhaps one of these. Returns all entries if `none_wait` in the queue, or the stale ones if enough jobs
    /// have left since the last scan.
    #[must_use]
    pub(crate) fn job_left(&mut self, none_wait: bool) -> LeftBehind {
        if none_wait {
            return (mem::take(self), Vec::new());
        }
        let mut gone = Vec::new();
        match self.until_scan.checked_sub(1) {
            Some(until_scan) => self.until_scan = until_scan,
            None => self.take_gone(&mut gone),
        }
        (Self::default(), gone)
    }

    fn take_gone(&mut self, gone: &mut Vec<Arc<dyn Run>>) {
        for here in &mut self.here {
            here.take_gone(gone);
        }
        self.here.retain(|here| !here.calls.is_empty());
        let left = self.here.iter().map(|here| here.calls.len());
        self.until_scan = FEW + left.sum::<usize>();
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
            meter::{SubmittedAt, Times},
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

        fn submitted_at(&self) -> Option<SubmittedAt> {
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
        assert_eq!(first(&mut awaited.job_left(false).0), (vec![], 0));
        assert_eq!(first(&mut awaited.job_left(true).0), (vec![7, 9], 0));
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

    fn awaited_in(number: usize) -> Arc<AwaitedIn> {
        Arc::new(AwaitedIn(AtomicUsize::new(number), Arc::default()))
    }

    /// A call that is polled again and again is added each time.
    #[test]
    fn a_call_that_is_added_often_is_kept_once_where_it_was_first() {
        let mut awaited = AwaitedCalls::default();
        let calls = [awaited_in(1), awaited_in(1), awaited_in(1)];
        let mut gone = 0;
        for turn in 0..9_999 {
            let call = Arc::clone(&calls[turn % 3]);
            gone += awaited.add(1, call).len();
        }
        assert!(gone > 9_960, "{gone}");
        for call in &calls {
            let first = awaited.first_of_each(&mut Vec::new());
            assert_eq!(first[0].cell(), call.cell());
            call.0.store(0, SeqCst);
        }
        assert!(awaited.first_of_each(&mut Vec::new()).is_empty());
    }

    #[test]
    fn the_first_of_all_is_the_one_that_came_first() {
        let mut awaited = AwaitedCalls::default();
        let calls = [7, 8, 9, 7].map(awaited_in);
        for call in &calls {
            let block_on = call.0.load(SeqCst);
            assert!(awaited.add(block_on, Arc::clone(call) as _).is_empty());
        }
        calls[0].0.store(0, SeqCst);
        let first = awaited.first_of_each(&mut Vec::new());
        assert_eq!(first.iter().map(number_of).collect::<Vec<_>>(), [8, 9, 7]);
    }
    /// In a queue that is never empty: also behind one that waits for long, while as many are added elsewhere as jobs leave.
    #[test]
    fn those_that_have_left_go_in_time() {
        let looks = Arc::<AtomicUsize>::default();
        let call = |number| Arc::new(AwaitedIn(AtomicUsize::new(number), Arc::clone(&looks)));
        let mut awaited = AwaitedCalls::default();
        let first = call(1);
        let _ = awaited.add(1, Arc::clone(&first) as _);
        let calls: Vec<_> = (0..1_000).map(|_| call(1)).collect();
        for call in &calls {
            assert!(awaited.add(1, Arc::clone(call) as _).is_empty());
        }
        for call in &calls {
            call.0.store(0, SeqCst);
        }
        looks.store(0, SeqCst);
        let mut gone = 0;
        for turn in 0..10_000 {
            let next = call(2 + turn % 2);
            gone += awaited.add(2 + turn % 2, Arc::clone(&next) as _).len();
            next.0.store(0, SeqCst);
            gone += awaited.job_left(false).1.len();
        }
        assert!(gone > 10_800, "{gone}");
        assert!(looks.load(SeqCst) < 50_000, "{looks:?}");
        let kept: Vec<_> = awaited.here.iter().map(|here| here.block_on).collect();
        assert_eq!(kept[0], 1);
        let gone = (0..200).map(|_| awaited.job_left(false).1.len());
        assert!(gone.sum::<usize>() > 0 && awaited.here.len() == 1);
    }
}
