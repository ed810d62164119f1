//! The calls that a body may be awaiting in a `block_on` that is not ours.

use std::{
    collections::HashSet,
    mem,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use super::{
    block_on::outside_body::OutsideBody,
    queued_in::{LineMark, QueueNumber},
    site::Site,
    traits::Run,
};
use crate::{error::Error, sync::Mutex};

/// How many queued calls `waits_in` asks if those that were polled last wait in other queues. Not measured: it bounds a poll.
const MOST_ASKED: usize = 64;

/// The calls that a body has polled outside of our `block_on`.
///
/// A body that polls a call usually waits for it. But it may also do other work, so a poll alone starts no spare thread.
#[derive(Default)]
pub(crate) struct PolledCalls {
    polled: Mutex<Polled>,
    /// Whether the body is inside our `block_on` now; what it awaits there is known exactly.
    inside: AtomicBool,
    relieved: AtomicBool,
}

type CallList = Vec<Arc<dyn Run>>;

/// Calls go from the first list to the second and never back. So each is looked at a constant number of times, however many there are.
#[derive(Default)]
struct Polled {
    /// Those that may be queued, in the order of their last polls.
    queued: CallList,
    /// Those that have left their queues.
    begun: CallList,
    polls: usize,
    /// The number of polls when `still` asked last, and when this number was first seen.
    seen: Option<(usize, Instant)>,
}

impl PolledCalls {
    pub(crate) fn set_inside(&self, inside: bool) {
        self.inside.store(inside, Ordering::Relaxed);
    }

    /// The body polls this call, which has not ended.
    pub(crate) fn add(&self, call: Arc<dyn Run>) {
        self.with(|polled, gone| polled.add(call, gone));
    }

    /// What `f` puts into the list is dropped without holding the lock.
    fn with<T>(&self, f: impl FnOnce(&mut Polled, &mut CallList) -> T) -> T {
        let mut gone = CallList::new();
        let mut polled = self.polled.lock();
        let result = f(&mut polled, &mut gone);
        drop(polled);
        drop(gone);
        result
    }
}

impl Polled {
    fn add(&mut self, call: Arc<dyn Run>, gone: &mut CallList) {
        self.polls = self.polls.wrapping_add(1);
        if call.is_queued() {
            push(&mut self.queued, call, gone);
        } else {
            push(&mut self.begun, call, gone);
        }
    }

    /// Removes what has ended from the ends of both lists. So if there is a call, it has not ended, and the last of the queued ones is
    /// queued.
    fn settle(&mut self, gone: &mut CallList) {
        while let Some(last) = self.queued.pop() {
            if last.has_ended() {
                gone.push(last);
            } else if last.is_queued() {
                self.queued.push(last);
                break;
            } else {
                push(&mut self.begun, last, gone);
            }
        }
        while self.begun.last().is_some_and(|last| last.has_ended()) {
            gone.extend(self.begun.pop());
        }
    }

    /// The last call that has not ended.
    fn open(&mut self, gone: &mut CallList) -> Option<&Arc<dyn Run>> {
        self.settle(gone);
        self.queued.last().or(self.begun.last())
    }

    /// The last of the queued calls that waits in that queue, if it is among the last `most`.
    fn last_in(
        &mut self,
        queue: &QueueNumber,
        most: usize,
        gone: &mut CallList,
    ) -> Option<&Arc<dyn Run>> {
        self.settle(gone);
        let mut last = self.queued.iter().rev().take(most);
        last.find(|call| call.is_in(queue))
    }
}

/// Adds a call that was polled last to those of its list.
fn push(list: &mut CallList, call: Arc<dyn Run>, gone: &mut CallList) {
    if list.last().is_some_and(|last| Arc::ptr_eq(last, &call)) {
        gone.push(call);
        return;
    }
    list.push(call);
    if list.len() < list.capacity() {
        return;
    }
    // Only when the memory would grow: a body may poll many calls many times.
    let mut known = HashSet::new();
    // From the back, so that the call that was polled last stays the last one.
    let (mut open, over): (Vec<_>, Vec<_>) = mem::take(list)
        .into_iter()
        .rev()
        .partition(|call| !call.has_ended() && known.insert(call.cell()));
    open.reverse();
    *list = open;
    // Doubling makes the cost of the cleanup constant per call.
    list.reserve(list.len() + 4);
    gone.extend(over);
}

impl OutsideBody for PolledCalls {
    fn waits(&self) -> bool {
        !self.inside.load(Ordering::Relaxed)
            && self.with(|polled, gone| polled.open(gone).is_some())
    }

    fn still(&self, now: Instant) -> Option<(Duration, &'static Site)> {
        let inside = self.inside.load(Ordering::Relaxed);
        self.with(|polled, gone| {
            let site = polled
                .open(gone)
                .filter(|_| !inside)
                .map(|call| call.site());
            let same = polled.seen.filter(|(polls, _)| *polls == polled.polls);
            polled.seen = site.map(|_| same.unwrap_or((polled.polls, now)));
            let (_, since) = polled.seen?;
            Some((now.saturating_duration_since(since), site?))
        })
    }

    fn note_relief(&self) {
        self.relieved.store(true, Ordering::Relaxed);
    }

    fn was_relieved(&self) -> bool {
        self.relieved.load(Ordering::Relaxed)
    }

    fn call_in(&self, queue: &QueueNumber) -> Option<(LineMark, *const ())> {
        self.with(|polled, gone| {
            let call = polled.last_in(queue, usize::MAX, gone)?;
            Some((call.line()?, call.cell()))
        })
    }

    fn waits_in(&self, queue: &QueueNumber) -> bool {
        self.with(|polled, gone| polled.last_in(queue, MOST_ASKED, gone).is_some())
    }

    fn refuse_in(&self, queue: &QueueNumber, error: fn() -> Error) {
        let queued = self.polled.lock().queued.clone();
        for call in queued.iter().filter(|call| call.is_in(queue)) {
            call.refuse(error());
        }
    }
}

#[cfg(test)]
mod tests;
