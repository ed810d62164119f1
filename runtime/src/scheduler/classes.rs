//! Queued jobs in levels of priority. In each level there is one line for each key, and the lines take turns (round robin).
//!
//! A more urgent level goes first, but has a limited number of turns. All levels get new turns when no level with jobs has
//! any left, so no level starves. The memory for a key is freed with its last job.

use std::collections::VecDeque;

use super::{
    heads::Arrivals,
    lines::Lines,
    order::{self, JobOrder, Level},
};
use crate::call::queued_in::LineMark;

/// The waiting jobs of all levels.
pub(super) struct Classes<T> {
    pub(super) levels: [Lines<T>; Level::ALL.len()],
    arrivals: Arrivals,
    pub(super) len: usize,
}

impl<T> Classes<T> {
    /// Takes over the jobs of a queue that had only jobs without a level or key (`plain`).
    pub(super) fn new(plain: VecDeque<T>) -> Self {
        let mut classes = Self {
            levels: Level::ALL.map(|level| Lines::new(level.turns())),
            arrivals: Arrivals::default(),
            len: plain.len(),
        };
        if !plain.is_empty() {
            let plain = plain.into_iter();
            let line = plain.map(|job| (classes.arrivals.next(), job)).collect();
            classes.levels[Level::Normal as usize].add(None, line);
        }
        classes
    }

    pub(super) const fn len(&self) -> usize {
        self.len
    }

    pub(super) fn push(&mut self, job: T, order: JobOrder) {
        self.len += 1;
        let arrival = self.arrivals.next();
        self.levels[order.level as usize].push(order.key, (arrival, job));
    }

    pub(super) fn pop(&mut self) -> Option<T> {
        let next = self.next()?;
        if self.levels[next].left == 0 {
            for (lines, level) in self.levels.iter_mut().zip(Level::ALL) {
                lines.left = level.turns();
            }
        }
        let level = &mut self.levels[next];
        level.left -= 1;
        let job = level.take_front(false)?;
        self.len -= 1;
        Some(job)
    }

    /// The level whose turn it is: the most urgent one with jobs and turns left; if none has turns left, the most urgent one with
    /// jobs.
    fn next(&self) -> Option<usize> {
        let with_jobs = || (0..self.levels.len()).filter(|level| !self.levels[*level].is_empty());
        let with_turns = with_jobs().find(|level| self.levels[*level].left > 0);
        with_turns.or_else(|| with_jobs().next())
    }

    /// All jobs, in no order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        let lines = self.levels.iter().flat_map(|level| &level.all);
        lines.flat_map(|line| line.jobs.iter().map(|(_, job)| job))
    }

    /// The job whose turn it is.
    fn front(&self) -> Option<&T> {
        self.levels[self.next()?].front()
    }

    /// Takes out the job whose turn it is, without using up a turn.
    fn take_front(&mut self) -> Option<T> {
        let next = self.next()?;
        let job = self.levels[next].take_front(true)?;
        self.len -= 1;
        Some(job)
    }

    /// Takes out the job for which `is_it` is true, and whose order has that `mark`. No other lines are looked at.
    pub(super) fn take_out(&mut self, mark: LineMark, is_it: impl Fn(&T) -> bool) -> Option<T> {
        let (level, keys) = order::marked(mark);
        let job = self.levels.get_mut(level)?.take_out(keys, is_it)?;
        self.len -= 1;
        Some(job)
    }

    /// Takes out the jobs that are `dead` before the first one that is not, without using up turns.
    pub(super) fn take_dead_head(&mut self, dead: impl Fn(&T) -> bool) -> Vec<T> {
        let mut gone = Vec::new();
        while self.front().is_some_and(&dead) {
            gone.extend(self.take_front());
        }
        gone
    }

    /// Takes out all jobs that are `dead`.
    pub(super) fn take_dead(&mut self, dead: impl Fn(&T) -> bool, gone: &mut Vec<T>) {
        let before = gone.len();
        for level in &mut self.levels {
            level.take_dead(&dead, gone);
        }
        self.len -= gone.len() - before;
    }

    /// Takes everything, the most urgent first.
    pub(super) fn take_all(&mut self) -> VecDeque<T> {
        self.len = 0;
        let levels = self.levels.iter_mut();
        let lines = levels.flat_map(Lines::take_all);
        lines
            .flat_map(|line| line.jobs)
            .map(|(_, job)| job)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, VecDeque};

    use offload_limits::Seed;

    use super::Classes;
    use crate::scheduler::order::{JobOrder, Level};

    fn order(level: Level, key: Option<u64>) -> JobOrder {
        JobOrder { level, key }
    }

    fn drained(classes: &mut Classes<(JobOrder, u32)>) -> Vec<(JobOrder, u32)> {
        std::iter::from_fn(|| classes.pop()).collect()
    }

    #[test]
    fn an_urgent_job_passes_a_backlog_and_no_level_waits_for_ever() {
        let low = order(Level::Low, None);
        let plain = JobOrder::default();
        let high = order(Level::High, None);
        let mut classes = Classes::new((0..100).map(|n| (plain, n)).collect());
        (0..100).for_each(|n| classes.push((low, n), low));
        (0..200).for_each(|n| classes.push((high, n), high));
        assert_eq!(classes.len(), 400);
        let started = drained(&mut classes);
        for round in started.chunks(21).take(9) {
            let of = |order| round.iter().filter(|job| job.0 == order).count();
            assert_eq!([of(high), of(plain), of(low)], [16, 4, 1]);
            assert_eq!(round[0].0, high);
        }
        for level in [low, plain, high] {
            let jobs = started.iter().filter(|job| job.0 == level);
            assert!(jobs.is_sorted_by_key(|job| job.1), "in order of submission");
        }
    }

    #[test]
    fn keys_take_turns_and_are_forgotten_with_their_last_job() {
        let (noisy, quiet) = (order(Level::Normal, Some(1)), order(Level::Normal, Some(2)));
        let mut classes = Classes::new(VecDeque::new());
        (0..1000).for_each(|n| classes.push((noisy, n), noisy));
        (0..3).for_each(|n| classes.push((quiet, n), quiet));
        let first: Vec<_> = (0..6).filter_map(|_| classes.pop()).collect();
        assert_eq!(first.iter().filter(|job| job.0 == quiet).count(), 3);
        let known = |classes: &Classes<_>| {
            let lines = &classes.levels[Level::Normal as usize];
            (lines.all.len(), lines.turns.len())
        };
        assert_eq!(known(&classes), (1, 1));
        drained(&mut classes);
        assert_eq!(known(&classes), (0, 0));
    }

    /// Each line has a turn, and the others are counted: they go in time.
    fn agree<T>(classes: &Classes<T>) {
        for lines in &classes.levels {
            assert_eq!(lines.turns.len(), lines.all.len() + lines.over);
        }
    }

    #[test]
    fn a_key_that_is_here_again_comes_last_and_one_whose_call_has_died_keeps_its_turn() {
        let of = |key| order(Level::Normal, Some(key));
        let mut classes = Classes::new(VecDeque::new());
        (0..3).for_each(|key| classes.push(key, of(key)));
        assert_eq!(classes.take_out(of(1).mark(), |job| *job == 1), Some(1));
        classes.push(1, of(1));
        assert_eq!([(); 3].map(|()| classes.pop()), [Some(0), Some(2), Some(1)]);
        for (job, key) in [(0, 0), (1, 0), (2, 1)] {
            classes.push(job, of(key));
        }
        assert_eq!(classes.take_front(), Some(0));
        assert_eq!([(); 2].map(|()| classes.pop()), [Some(1), Some(2)]);
    }

    /// Lines that go before their turn, among others: their turns go too, and the others have theirs in order.
    #[test]
    fn keys_that_are_taken_out_leave_the_turns_of_the_others() {
        let of = |key: u64| order(Level::Normal, Some(key.wrapping_mul(0x9E37_79B9_7F4A_7C15)));
        let mut classes = Classes::new(VecDeque::new());
        (0..10_000).for_each(|key| classes.push(key, of(key)));
        for key in (0..10_000).filter(|key| key % 10 != 0) {
            let taken = classes.take_out(of(key).mark(), |known| *known == key);
            assert_eq!(taken, Some(key));
            let turns = classes.levels[Level::Normal as usize].turns.len();
            assert!(
                turns <= 2 * classes.len() + 1,
                "{turns} of {}",
                classes.len()
            );
            agree(&classes);
        }
        // A key that is here again comes last.
        classes.push(1, of(1));
        let left: Vec<_> = std::iter::from_fn(|| classes.pop()).collect();
        let rest = (0..1_000).map(|ten| 10 * ten).chain([1]);
        assert_eq!(left, rest.collect::<Vec<_>>());
    }

    /// Random steps, compared with a list of the jobs that must be there: no job is lost, doubled or out of its line.
    #[test]
    fn rounds_of_chance_lose_nothing() {
        for round in 1..200_u64 {
            let mut seed = Seed::new(round);
            let mut classes = Classes::new(VecDeque::new());
            let mut lines = BTreeMap::<_, VecDeque<u32>>::new();
            for number in 0..300 {
                let level = seed.choose(&Level::ALL);
                let key = Some(seed.below(4)).filter(|key| *key > 0);
                let id = (level as u8, key);
                match seed.below(8) {
                    0..4 => {
                        classes.push((id, number), order(level, key));
                        lines.entry(id).or_default().push_back(number);
                    }
                    4 => {
                        let dead = |job: &(_, u32)| job.1 % 5 == 0;
                        let mut gone = Vec::new();
                        classes.take_dead(dead, &mut gone);
                        for line in lines.values_mut() {
                            line.retain(|n| n % 5 != 0);
                        }
                        assert!(gone.iter().all(dead));
                    }
                    5 => {
                        let mut lines_of_all = classes.levels.iter().flat_map(|level| &level.all);
                        let it = lines_of_all.find_map(|line| line.jobs.front());
                        let it = it.map(|(_, job)| *job);
                        if let Some((id, _)) = it {
                            let order = order(Level::ALL[usize::from(id.0)], id.1);
                            let taken = classes.take_out(order.mark(), |job| Some(*job) == it);
                            assert_eq!(taken, it);
                            lines.get_mut(&id).unwrap().pop_front();
                        }
                    }
                    _ => {
                        let front = classes.front().copied();
                        let job = if seed.below(2) == 0 {
                            classes.pop()
                        } else {
                            classes.take_front()
                        };
                        assert_eq!(job, front);
                        if let Some((id, number)) = job {
                            assert_eq!(lines.get_mut(&id).unwrap().pop_front(), Some(number));
                        }
                    }
                }
                assert_eq!(classes.len(), lines.values().map(VecDeque::len).sum());
                agree(&classes);
            }
            let left = classes.take_all().len();
            assert_eq!(left, lines.values().map(VecDeque::len).sum());
            agree(&classes);
            assert!(classes.pop().is_none());
        }
    }
}
