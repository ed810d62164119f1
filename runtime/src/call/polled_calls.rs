//! The calls that a body may be awaiting in a `block_on` that is not ours.

use std::{
    collections::HashSet,
    mem,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use super::{
    block_on::outside_body::OutsideBody,
    queued_in::{LineMark, QueueNumber},
    traits::Run,
};
use crate::{error::Error, sync::Mutex};

/// The calls that a body has polled outside of our `block_on`.
///
/// A body that polls a call usually waits for it. But it may also do other work, so a poll alone starts no spare thread.
#[derive(Default)]
pub(crate) struct PolledCalls {
    polled: Mutex<Vec<Arc<dyn Run>>>,
    /// Whether the body is inside our `block_on` now; what it awaits there is known exactly.
    inside: AtomicBool,
    relieved: AtomicBool,
}

impl PolledCalls {
    pub(crate) fn set_inside(&self, inside: bool) {
        self.inside.store(inside, Ordering::Relaxed);
    }

    /// The body polls this call, which has not ended.
    pub(crate) fn add(&self, call: Arc<dyn Run>) {
        let mut polled = self.polled.lock();
        if polled.last().is_some_and(|last| Arc::ptr_eq(last, &call)) {
            return;
        }
        polled.push(call);
        if polled.len() < polled.capacity() {
            return;
        }
        // Only when the memory would grow: a body may poll many calls many times.
        let all = mem::take(&mut *polled);
        let mut known = HashSet::new();
        // From the back, so that the call that was polled last stays the last one.
        let (mut open, over): (Vec<_>, Vec<_>) = all
            .into_iter()
            .rev()
            .partition(|call| !call.has_ended() && known.insert(call.cell()));
        open.reverse();
        *polled = open;
        // Doubling makes the cost of the cleanup constant per call.
        let room = polled.len() + 4;
        polled.reserve(room);
        drop(polled);
        drop(over);
    }
}

impl OutsideBody for PolledCalls {
    fn waits(&self) -> bool {
        let polled = self.polled.lock();
        !self.inside.load(Ordering::Relaxed) && polled.iter().any(|call| !call.has_ended())
    }

    fn note_relief(&self) {
        self.relieved.store(true, Ordering::Relaxed);
    }

    fn was_relieved(&self) -> bool {
        self.relieved.load(Ordering::Relaxed)
    }

    fn call_in(&self, queue: &QueueNumber) -> Option<(LineMark, *const ())> {
        let polled = self.polled.lock();
        let call = polled.iter().rev().find(|call| call.is_in(queue))?;
        Some((call.line()?, call.cell()))
    }

    fn refuse_in(&self, queue: &QueueNumber, error: fn() -> Error) {
        let polled = self.polled.lock().clone();
        for call in polled.iter().filter(|call| call.is_in(queue)) {
            call.refuse(error());
        }
    }
}
