//! The tickets of one queue: how many there are, and which of them may be written now.

use std::collections::{BTreeSet, HashSet};

/// How many tickets of a queue the server may have to answer at once. The client keeps 16,384 messages that have come, and drops others.
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
    /// The calls whose tickets are written later. Their order is that in which they were made.
    unwritten: BTreeSet<u64>,
}

impl QueueTickets {
    /// Returns whether the ticket of the call is to be written now, where at most `window` may be unanswered. If it is not,
    /// [`next`](Self::next) returns it later.
    pub(super) fn write(&mut self, id: u64, window: usize) -> bool {
        if self.unanswered.contains(&id) {
            return true;
        }
        let has_room = self.unanswered.len() < window;
        if has_room {
            self.unwritten.remove(&id);
            self.unanswered.insert(id);
        } else {
            self.unwritten.insert(id);
        }
        has_room
    }

    pub(super) fn is_unwritten(&self, id: u64) -> bool {
        self.unwritten.contains(&id)
    }

    /// The server has answered, or the call is not in this queue any more.
    pub(super) fn settle(&mut self, id: u64) {
        self.unanswered.remove(&id);
        self.unwritten.remove(&id);
    }

    /// A call whose ticket can be written now.
    pub(super) fn next(&mut self, window: usize) -> Option<u64> {
        let has_room = self.unanswered.len() < window;
        has_room.then(|| self.unwritten.pop_first()).flatten()
    }

    /// The server may have forgotten everything: all tickets will be written again.
    pub(super) fn reset(&mut self) {
        self.unanswered.clear();
        self.unwritten.clear();
    }

    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.count == 0 && self.unanswered.is_empty() && self.unwritten.is_empty()
    }
}
