//! Waiting jobs in levels. In each level the jobs are in lines, one for each key, and the lines take turns.
//!
//! A more urgent level goes first, but has a limited number of turns. All levels get new turns when no level with jobs has
//! any left, so no level waits for ever. The memory for a key is freed with its last job.

use std::collections::VecDeque;

use super::{
    line,
    lines::{KEPT_ROOM, Lines},
    order::{JobOrder, Level},
};

/// The waiting jobs of all levels.
pub(super) struct Classes<T> {
    pub(super) levels: [Lines<T>; Level::ALL.len()],
    len: usize,
}

impl<T> Classes<T> {
    /// Takes over the jobs of a queue in which only jobs without a level or key (`plain`) have waited so far.
    pub(super) fn new(plain: VecDeque<T>) -> Self {
        let mut classes = Self {
            levels: Level::ALL.map(|level| Lines::new(level.turns())),
            len: plain.len(),
        };
        if !plain.is_empty() {
            classes.levels[Level::Normal as usize].add(None, plain);
        }
        classes
    }

    pub(super) const fn len(&self) -> usize {
        self.len
    }

    pub(super) fn push(&mut self, job: T, order: JobOrder) {
        self.len += 1;
        let level = &mut self.levels[order.level as usize];
        match level.of(order.key) {
            Some(line) => line.push_back(job),
            None => level.add(order.key, VecDeque::from([job])),
        }
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

    /// The level whose turn it is: the most urgent one with jobs and turns, or if none has turns, the most urgent one with
    /// jobs.
    fn next(&self) -> Option<usize> {
        let with_jobs = || (0..self.levels.len()).filter(|level| !self.levels[*level].is_empty());
        let with_turns = with_jobs().find(|level| self.levels[*level].left > 0);
        with_turns.or_else(|| with_jobs().next())
    }

    /// All jobs, in no order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        let lines = self.levels.iter().flat_map(|level| &level.all);
        lines.flat_map(|(_, line)| line)
    }

    /// The job whose turn it is.
    pub(super) fn front(&self) -> Option<&T> {
        self.levels[self.next()?].front()
    }

    /// Takes out that job. This does not count as a turn.
    pub(super) fn take_front(&mut self) -> Option<T> {
        let next = self.next()?;
        let job = self.levels[next].take_front(true)?;
        self.len -= 1;
        Some(job)
    }

    /// Takes out the job for which `is_it` is true.
    pub(super) fn take_out(&mut self, is_it: impl Fn(&T) -> bool) -> Option<(T, JobOrder)> {
        for (lines, level) in self.levels.iter_mut().zip(Level::ALL) {
            if let Some((job, key)) = lines.take_out(&is_it) {
                self.len -= 1;
                return Some((job, JobOrder { level, key }));
            }
        }
        None
    }

    /// Takes out all jobs that are `dead`.
    pub(super) fn take_dead(&mut self, dead: impl Fn(&T) -> bool, gone: &mut Vec<T>) {
        let before = gone.len();
        for level in &mut self.levels {
            for (_, line) in &mut level.all {
                line::take_dead(line, KEPT_ROOM, &dead, gone);
            }
            level.drop_empty();
        }
        self.len -= gone.len() - before;
    }

    /// Takes everything, the most urgent first.
    pub(super) fn take_all(&mut self) -> VecDeque<T> {
        self.len = 0;
        let mut all = VecDeque::new();
        for level in &mut self.levels {
            for (_, mut line) in level.take_all() {
                all.append(&mut line);
            }
        }
        all
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
                        let it = lines_of_all.find_map(|(_, line)| line.front().copied());
                        let taken = classes.take_out(|job| Some(*job) == it);
                        let taken = taken.map(|(job, order)| {
                            assert_eq!(job.0, (order.level as u8, order.key));
                            job
                        });
                        assert_eq!(taken, it);
                        it.map(|(id, _)| lines.get_mut(&id).unwrap().pop_front());
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
            }
            let left = classes.take_all().len();
            assert_eq!(left, lines.values().map(VecDeque::len).sum());
            assert!(classes.pop().is_none());
        }
    }
}
