//! The tickets of one queue: how many there are, and which of them may be written now.

use std::collections::{BTreeMap, HashMap, HashSet};

/// How many tickets of a cluster the servers may have to answer at once; its queues have equal shares. The client keeps 16,384 messages
/// that have come, and drops others.
/// With more, bursts are written faster over long lines.
///
/// Measured in a debug build: of 100,000 calls that were started at once, none ended within three minutes without this limit, because
/// tickets were written again and handed out faster than their calls were claimed. With it they end within a minute.
pub(super) const WINDOW: usize = 4096;

/// The calls of this process in one queue.
#[derive(Debug, Default)]
pub(super) struct QueueTickets {
    /// The number of these calls, also of those whose tickets are not written yet.
    pub(super) count: usize,
    /// The calls whose tickets the server has not answered.
    unanswered: HashSet<u64>,
    /// The calls whose tickets are written later.
    unwritten: Unwritten,
}

/// Calls in the order in which they came, so that those whose tickets are written for the first time do not wait behind others that are
/// tried again and again.
#[derive(Debug, Default)]
struct Unwritten {
    calls: BTreeMap<u64, u64>,
    places: HashMap<u64, u64>,
    /// The number of calls that have come.
    came: u64,
}

impl Unwritten {
    /// A call that is here keeps its place.
    fn add(&mut self, id: u64) {
        self.places.entry(id).or_insert_with(|| {
            self.came += 1;
            self.calls.insert(self.came, id);
            self.came
        });
    }

    fn remove(&mut self, id: u64) {
        if let Some(place) = self.places.remove(&id) {
            self.calls.remove(&place);
        }
    }

    fn pop(&mut self) -> Option<u64> {
        let (_, id) = self.calls.pop_first()?;
        self.places.remove(&id);
        Some(id)
    }
}

impl QueueTickets {
    /// Returns whether the ticket of the call is to be written now, where at most `window` may be unanswered. If it is not,
    /// [`next`](Self::next) returns it later.
    pub(super) fn write(&mut self, id: u64, window: usize) -> bool {
        if self.unanswered.contains(&id) {
            return true;
        }
        // Those that wait have come before.
        let has_room = self.unanswered.len() < window && self.unwritten.calls.is_empty();
        if has_room {
            self.unanswered.insert(id);
        } else {
            self.unwritten.add(id);
        }
        has_room
    }

    pub(super) fn is_unwritten(&self, id: u64) -> bool {
        self.unwritten.places.contains_key(&id)
    }

    /// The server has answered, or the call is not in this queue any more.
    pub(super) fn settle(&mut self, id: u64) {
        self.unanswered.remove(&id);
        self.unwritten.remove(id);
    }

    /// A call whose ticket is to be written now.
    pub(super) fn next(&mut self, window: usize) -> Option<u64> {
        let has_room = self.unanswered.len() < window;
        let next = has_room.then(|| self.unwritten.pop()).flatten()?;
        self.unanswered.insert(next);
        Some(next)
    }

    /// The server may have forgotten everything: all tickets will be written again.
    pub(super) fn reset(&mut self) {
        self.unanswered.clear();
        self.unwritten = Unwritten::default();
    }

    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.count == 0 && self.unanswered.is_empty() && self.unwritten.calls.is_empty()
    }
}
