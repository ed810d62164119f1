//! The jobs of one level: one line for each key, and the order of their turns.
//!
//! A job that is taken out of the middle is found by the mark of its line. To find the line, and to give a turn, takes time logarithmic in
//! the number of keys. Within the line the search is linear, from both ends.

use std::{
    collections::{BTreeMap, VecDeque},
    mem,
    ops::RangeInclusive,
};

use super::{
    heads::{Arrival, Heads},
    line,
};

/// The capacity, in jobs, that a line keeps, and in lines, that a level keeps. Not measured: small, since there may be many
/// lines.
const KEPT_ROOM: usize = 16;

/// A job, and its position in the order of submission.
pub(super) type Arrived<T> = (Arrival, T);

/// The jobs of one key, in order.
pub(super) struct Line<T> {
    pub(super) key: Option<u64>,
    pub(super) jobs: VecDeque<Arrived<T>>,
    /// Unique among all lines that the level has had.
    number: u64,
}

impl<T> Line<T> {
    fn first(&self) -> Option<Arrival> {
        self.jobs.front().map(|(arrival, _)| *arrival)
    }
}

/// The jobs of one level.
pub(super) struct Lines<T> {
    /// The lines, unordered. No line is empty.
    pub(super) all: Vec<Line<T>>,
    /// The index of each key's line. The map does not mention `T`, so that the compiler generates its code once.
    pub(super) places: BTreeMap<Option<u64>, usize>,
    /// The keys and numbers of the lines, in the order of their turns. Turns of removed lines stay for a while, but never in front.
    pub(super) turns: VecDeque<(Option<u64>, u64)>,
    /// The number of turns of removed lines.
    pub(super) over: usize,
    /// The number of lines that were added.
    made: u64,
    pub(super) heads: Heads,
    /// How many jobs of this level may still start before the other levels have their turns.
    pub(super) left: u32,
}

impl<T> Lines<T> {
    /// A level without lines and with `left` turns.
    pub(super) fn new(left: u32) -> Self {
        Self {
            all: Vec::new(),
            places: BTreeMap::new(),
            turns: VecDeque::new(),
            over: 0,
            made: 0,
            heads: Heads::default(),
            left,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    pub(super) fn push(&mut self, key: Option<u64>, job: Arrived<T>) {
        match self.places.get(&key) {
            Some(place) => self.all[*place].jobs.push_back(job),
            None => self.add(key, VecDeque::from([job])),
        }
    }

    /// Adds a line, whose turn comes last.
    pub(super) fn add(&mut self, key: Option<u64>, jobs: VecDeque<Arrived<T>>) {
        self.made += 1;
        let number = self.made;
        self.places.insert(key, self.all.len());
        self.turns.push_back((key, number));
        let line = Line { key, jobs, number };
        if let Some(first) = line.first() {
            self.heads.add(first, key);
        }
        self.all.push(line);
    }

    pub(super) fn front(&self) -> Option<&T> {
        let (key, _) = self.turns.front()?;
        let place = self.places.get(key)?;
        self.all[*place].jobs.front().map(|(_, job)| job)
    }

    /// Takes all lines.
    pub(super) fn take_all(&mut self) -> Vec<Line<T>> {
        // A burst may have had many lines: its room is freed, like that of the lines.
        self.turns = VecDeque::new();
        self.over = 0;
        self.places.clear();
        self.heads.clear();
        mem::take(&mut self.all)
    }

    /// Takes the next job of the line whose turn it is. If `keeps`, the line has the next turn too.
    pub(super) fn take_front(&mut self, keeps: bool) -> Option<T> {
        let turn = self.turns.pop_front()?;
        let place = *self.places.get(&turn.0)?;
        let job = self.take(place, 0);
        if self.all[place].jobs.is_empty() {
            self.remove(place);
        } else if keeps {
            self.turns.push_front(turn);
        } else {
            self.turns.push_back(turn);
        }
        self.pass_over();
        job
    }

    /// Takes out the job for which `is_it` is true, from a line with one of these keys. This uses up no turn.
    pub(super) fn take_out(
        &mut self,
        keys: RangeInclusive<Option<u64>>,
        is_it: impl Fn(&T) -> bool,
    ) -> Option<T> {
        let is_it = |(_, job): &Arrived<T>| is_it(job);
        let found = self.places.range(keys).find_map(|(_, place)| {
            let index = line::find(&self.all[*place].jobs, is_it)?;
            Some((*place, index))
        });
        let (place, index) = found?;
        self.take_from(place, index)
    }

    /// Takes a job out of a line. This uses up no turn.
    pub(super) fn take_from(&mut self, place: usize, index: usize) -> Option<T> {
        let job = self.take(place, index);
        if self.all[place].jobs.is_empty() {
            self.over += 1;
            self.remove(place);
            self.pass_over();
        }
        job
    }

    /// Takes a job out of a line, which may be empty then.
    fn take(&mut self, place: usize, index: usize) -> Option<T> {
        let line = &mut self.all[place];
        let (arrival, job) = line.jobs.remove(index)?;
        if index == 0 {
            self.heads.remove(arrival);
            if let Some(next) = line.first() {
                self.heads.add(next, line.key);
            }
        }
        Some(job)
    }

    /// Removes an empty line. The last line moves to its index.
    fn remove(&mut self, place: usize) {
        let gone = self.all.swap_remove(place);
        self.places.remove(&gone.key);
        if let Some(moved) = self.all.get(place) {
            self.places.insert(moved.key, place);
        }
        self.free_room();
    }

    /// Removes turns of removed lines: those in front, and all of them if they are more than the others, so that the cost of the scan is
    /// constant per line.
    fn pass_over(&mut self) {
        while self.over > 0 && !self.is_first_here() {
            self.turns.pop_front();
            self.over -= 1;
        }
        if self.over > KEPT_ROOM.max(self.all.len()) {
            self.forget_turns();
        }
    }

    fn is_first_here(&self) -> bool {
        let is_here = |turn| is_here(turn, &self.places, &self.all);
        self.turns.front().is_none_or(is_here)
    }

    fn forget_turns(&mut self) {
        let (places, all) = (&self.places, &self.all);
        self.turns.retain(|turn| is_here(turn, places, all));
        self.over = 0;
        self.free_room();
    }

    /// Takes out all jobs that are `dead`.
    pub(super) fn take_dead(&mut self, dead: impl Fn(&T) -> bool, gone: &mut Vec<T>) {
        let dead = |(_, job): &Arrived<T>| dead(job);
        let mut arrived = Vec::new();
        for line in &mut self.all {
            let (first, count) = (line.first(), arrived.len());
            line::take_dead(&mut line.jobs, KEPT_ROOM, dead, &mut arrived);
            if arrived.len() > count {
                if let Some(first) = first {
                    self.heads.remove(first);
                }
                if let Some(next) = line.first() {
                    self.heads.add(next, line.key);
                }
            }
        }
        if !arrived.is_empty() {
            gone.extend(arrived.into_iter().map(|(_, job)| job));
            self.drop_empty();
        }
    }

    /// Removes the empty lines.
    fn drop_empty(&mut self) {
        let before = self.all.len();
        self.all.retain(|line| !line.jobs.is_empty());
        if self.all.len() == before {
            return;
        }
        self.places.clear();
        for (place, line) in self.all.iter().enumerate() {
            self.places.insert(line.key, place);
        }
        self.forget_turns();
    }

    /// Frees memory when three quarters of it are empty, so that the cost of moving the rest is constant per key.
    fn free_room(&mut self) {
        let keys = self.all.len();
        if self.all.capacity() > KEPT_ROOM.max(4 * keys) {
            let kept = KEPT_ROOM.max(2 * keys);
            self.all.shrink_to(kept);
            self.turns.shrink_to(kept);
        }
    }
}

/// Whether the line of that turn still exists.
fn is_here<T>(
    (key, number): &(Option<u64>, u64),
    places: &BTreeMap<Option<u64>, usize>,
    all: &[Line<T>],
) -> bool {
    places
        .get(key)
        .is_some_and(|place| all[*place].number == *number)
}
