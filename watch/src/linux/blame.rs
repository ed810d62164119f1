//! Decides which of the workers over the limit are allowed to block, and which threads may belong to the others.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use super::thread::{State, Tid};

/// How many workers have not returned at one moment, and how many threads of each kind were found.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Counts {
    /// Workers over the limit.
    pub(crate) stuck: usize,
    /// Those of them that were excused before.
    pub(crate) excused: usize,
    /// Workers that are away but not over the limit.
    pub(crate) under: usize,
    /// Threads that block.
    pub(crate) suspects: usize,
    /// Threads inside `allow_blocking`, without those of excused workers that are not over the limit.
    pub(crate) allowed: usize,
}

impl Counts {
    /// How many of the workers over the limit are excused. A thread inside `allow_blocking` may belong to another runtime, so suspects are
    /// assigned to workers first. Workers excused before stay so while the suspects may belong to others that are away.
    pub(crate) fn free(self) -> usize {
        let of_others = self.stuck.saturating_sub(self.suspects);
        let surely = self.suspects.saturating_sub(self.under);
        let as_before = self.excused.min(self.stuck.saturating_sub(surely));
        self.allowed.min(of_others.max(as_before))
    }
}

/// After how many looks with more suspects than workers all suspects are listed. A choice: four looks take about one limit, after which
/// short blocks have ended or their workers are over the limit too. With fewer, more threads are listed that are not at fault.
const LOOKS: u32 = 4;

/// Workers for which there were too many suspects.
#[derive(Debug, Default)]
pub(crate) struct Undecided(HashMap<usize, UndecidedWorker>);

#[derive(Debug)]
struct UndecidedWorker {
    start: Instant,
    looks: u32,
    /// The suspects of the first look that have stayed where they were.
    stayed: HashMap<Tid, State>,
}

impl Undecided {
    /// The suspects that have stayed where they were at every look at one of these workers. `workers` are numbers of workers, and for how
    /// long each has been away.
    pub(crate) fn stayed(
        &mut self,
        workers: &[(usize, Duration)],
        suspects: &[(Tid, &State)],
    ) -> Vec<Tid> {
        self.0
            .retain(|worker, _| workers.iter().any(|it| it.0 == *worker));
        for (worker, after) in workers {
            let before = self.0.get_mut(worker);
            // Looks from before the worker last went away do not count.
            match before.filter(|before| before.start.elapsed() <= *after) {
                Some(before) => before.look(suspects),
                None => drop(self.0.insert(*worker, UndecidedWorker::new(suspects))),
            }
        }
        let is_in = |tid: &Tid| self.0.values().any(|it| it.stayed.contains_key(tid));
        let tids = suspects.iter().map(|it| it.0);
        tids.filter(is_in).collect()
    }

    /// Whether there were enough looks at that worker, and all suspects are to be listed.
    pub(crate) fn is_over(&self, worker: usize) -> bool {
        self.0.get(&worker).is_some_and(|it| it.looks > LOOKS)
    }
}

impl UndecidedWorker {
    fn new(suspects: &[(Tid, &State)]) -> Self {
        let suspects = suspects.iter().map(|(tid, state)| (*tid, (*state).clone()));
        Self {
            start: Instant::now(),
            looks: 1,
            stayed: suspects.collect(),
        }
    }

    fn look(&mut self, suspects: &[(Tid, &State)]) {
        self.looks += 1;
        let stays = |tid: &Tid, before: &State| {
            let same = suspects.iter().find(|it| it.0 == *tid);
            same.is_some_and(|(_, now)| now.is_still(before) || now.has_run_since(before))
        };
        self.stayed.retain(|tid, before| stays(tid, before));
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Counts, LOOKS, State, Undecided};

    fn free(stuck: usize, excused: usize, under: usize, suspects: usize, allowed: usize) -> usize {
        Counts {
            stuck,
            excused,
            under,
            suspects,
            allowed,
        }
        .free()
    }

    #[test]
    fn who_blocks_without_leave_is_not_hidden_by_who_has_it() {
        assert_eq!(free(1, 0, 0, 0, 1), 1, "nobody else is there");
        assert_eq!(free(1, 0, 1, 1, 1), 0, "the other is in a scope");
        assert_eq!(free(2, 0, 0, 1, 1), 1);
        assert_eq!(free(2, 1, 0, 1, 1), 1);
        assert_eq!(free(3, 0, 0, 1, 1), 1, "one has no thread");
        assert_eq!(free(2, 0, 0, 0, 0), 0);
    }

    #[test]
    fn who_was_excused_is_not_blamed_for_one_that_is_away_for_a_short_time() {
        assert_eq!(free(1, 1, 1, 1, 1), 1);
        assert_eq!(free(1, 1, 1, 1, 0), 0, "the scope is over");
        assert_eq!(free(1, 1, 0, 1, 1), 0, "who else should it be");
        assert_eq!(free(2, 1, 1, 2, 1), 1);
    }

    const LONG: Duration = Duration::from_secs(3600);

    #[test]
    fn who_has_stayed_is_told_from_who_came_later() {
        let mut undecided = Undecided::default();
        let (guilty, before, later) = (State::asleep(1), State::asleep(1), State::asleep(2));
        let workers = [(0, LONG)];
        let both = [(7, &guilty), (8, &before)];
        assert_eq!(undecided.stayed(&workers, &both), [7, 8]);
        assert_eq!(
            undecided.stayed(&workers, &[(7, &guilty), (8, &later)]),
            [7]
        );
        assert_eq!(undecided.stayed(&workers, &both), [7], "it has moved");
        // Another worker joins, which may be any of them.
        assert_eq!(undecided.stayed(&[(0, LONG), (1, LONG)], &both), [7, 8]);
    }

    #[test]
    fn doubts_end_and_belong_to_one_stay() {
        let mut undecided = Undecided::default();
        let state = State::asleep(1);
        let suspects = [(7, &state), (8, &state)];
        for _ in 0..LOOKS {
            undecided.stayed(&[(0, LONG)], &suspects);
            assert!(!undecided.is_over(0));
        }
        undecided.stayed(&[(0, LONG)], &suspects);
        assert!(undecided.is_over(0) && !undecided.is_over(1));
        undecided.stayed(&[(0, Duration::ZERO)], &suspects);
        assert!(!undecided.is_over(0), "it has been back");
        undecided.stayed(&[(1, LONG)], &suspects);
        assert!(!undecided.is_over(0), "nobody asked for it");
    }
}
