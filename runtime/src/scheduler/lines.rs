//! The jobs of one level: a line for each key, and whose turn it is.

use std::{
    collections::{BTreeMap, VecDeque},
    mem,
};

use super::line;

/// How many jobs an empty line keeps room for, and how many lines a level does. Not measured: small, since there may be many
/// lines.
pub(super) const KEPT_ROOM: usize = 16;

/// The jobs of one level.
pub(super) struct Lines<T> {
    /// The lines with their keys, in no order. No line is empty.
    pub(super) all: Vec<(Option<u64>, VecDeque<T>)>,
    /// The index of each key's line. The map holds no jobs, so that the compiler generates it once and not for each kind of
    /// job.
    places: BTreeMap<Option<u64>, usize>,
    /// The keys of the lines, in the order of their turns.
    pub(super) turns: VecDeque<Option<u64>>,
    /// How many jobs of this level may start before the other levels have had their turns.
    pub(super) left: u32,
}

impl<T> Lines<T> {
    /// No lines, with so many turns.
    pub(super) const fn new(left: u32) -> Self {
        Self {
            all: Vec::new(),
            places: BTreeMap::new(),
            turns: VecDeque::new(),
            left,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The line of a key.
    pub(super) fn of(&mut self, key: Option<u64>) -> Option<&mut VecDeque<T>> {
        let place = self.places.get(&key)?;
        Some(&mut self.all[*place].1)
    }

    /// Adds a line, whose turn comes after those of the others.
    pub(super) fn add(&mut self, key: Option<u64>, line: VecDeque<T>) {
        self.places.insert(key, self.all.len());
        self.all.push((key, line));
        self.turns.push_back(key);
    }

    pub(super) fn front(&self) -> Option<&T> {
        let place = self.places.get(self.turns.front()?)?;
        self.all[*place].1.front()
    }

    /// Takes all lines.
    pub(super) fn take_all(&mut self) -> Vec<(Option<u64>, VecDeque<T>)> {
        self.turns.clear();
        self.places.clear();
        mem::take(&mut self.all)
    }

    /// Takes the next job of the line whose turn it is. If the line `keeps` its turn, it has the next turn too.
    pub(super) fn take_front(&mut self, keeps: bool) -> Option<T> {
        let key = self.turns.pop_front()?;
        let place = *self.places.get(&key)?;
        let line = &mut self.all[place].1;
        let job = line.pop_front();
        if line.is_empty() {
            self.remove(key, place);
        } else if keeps {
            self.turns.push_front(key);
        } else {
            self.turns.push_back(key);
        }
        job
    }

    /// Takes out the job for which `is_it` is true, with its key. This is no turn.
    pub(super) fn take_out(&mut self, is_it: impl Fn(&T) -> bool) -> Option<(T, Option<u64>)> {
        let (place, index) = self.find(is_it)?;
        let (key, line) = &mut self.all[place];
        let (key, job) = (*key, line.remove(index)?);
        if line.is_empty() {
            let turn = line::find(&self.turns, |turn| *turn == key)?;
            self.turns.remove(turn);
            self.remove(key, place);
        }
        Some((job, key))
    }

    /// The place of its line, and its index there. It is looked for at the end of every line before any line is searched.
    fn find(&self, is_it: impl Fn(&T) -> bool) -> Option<(usize, usize)> {
        let newest_first = || self.all.iter().enumerate().rev();
        let mut ends = newest_first().filter(|(_, (_, line))| line.back().is_some_and(&is_it));
        let at_end = ends
            .next()
            .map(|(place, (_, line))| (place, line.len() - 1));
        let search = |(place, (_, line)): (_, &(_, _))| Some((place, line::find(line, &is_it)?));
        at_end.or_else(|| newest_first().find_map(search))
    }

    /// Removes the line of `key`, which has no turn any more. The last line moves to its place.
    fn remove(&mut self, key: Option<u64>, place: usize) {
        self.places.remove(&key);
        self.all.swap_remove(place);
        if let Some((moved, _)) = self.all.get(place) {
            self.places.insert(*moved, place);
        }
        self.free_room();
    }

    /// Removes the keys whose last job has gone.
    pub(super) fn drop_empty(&mut self) {
        let before = self.all.len();
        self.all.retain(|(_, line)| !line.is_empty());
        if self.all.len() == before {
            return;
        }
        self.places.clear();
        for (place, (key, _)) in self.all.iter().enumerate() {
            self.places.insert(*key, place);
        }
        self.turns.retain(|key| self.places.contains_key(key));
        self.free_room();
    }

    /// Memory is freed when three quarters of it are empty: then the keys that left have paid for moving the others.
    fn free_room(&mut self) {
        let keys = self.all.len();
        if self.all.capacity() > KEPT_ROOM.max(4 * keys) {
            let kept = KEPT_ROOM.max(2 * keys);
            self.all.shrink_to(kept);
            self.turns.shrink_to(kept);
        }
    }
}
