//! The bodies of a lane that may be waiting for calls outside of our `block_on`.

use std::{
    cell::Cell,
    sync::{Arc, Weak},
    time::Instant,
};

use crate::{
    call::{
        block_on::{
            outside_body::{OutsideBody, OutsideWaits},
            parked::STILL_AFTER,
        },
        queued_in::{LineMark, QueueNumber},
    },
    sync::Mutex,
};

/// One entry for each such body, until the body ends.
#[derive(Default)]
pub(crate) struct OutsideBodies(Mutex<Vec<Weak<dyn OutsideBody>>>);

impl OutsideBodies {
    /// Adds a body that may wait.
    pub(crate) fn add(&self, body: &Arc<dyn OutsideBody>) {
        let mut bodies = self.0.lock();
        let mine = Arc::downgrade(body);
        if bodies.iter().any(|known| known.ptr_eq(&mine)) {
            return;
        }
        bodies.retain(|body| body.strong_count() > 0);
        bodies.push(mine);
    }

    /// The number of these bodies that wait now.
    pub(crate) fn waiting(&self) -> usize {
        self.count(|body| body.waits())
    }

    /// What the monitor sees of these bodies at that time.
    pub(crate) fn look(&self, now: Instant) -> OutsideWaits {
        let still = Cell::new(None);
        let any = self.count(|body| {
            let wait = body.still(now);
            still.set(
                wait.filter(|(time, _)| *time >= STILL_AFTER)
                    .or(still.get()),
            );
            wait.is_some()
        });
        OutsideWaits {
            any: any > 0,
            still: still.get().map(|(_, site)| site),
        }
    }

    /// The number of those that wait for calls in that queue, and have waited before while their pool was stuck for long.
    pub(super) fn known_to_wait_in(&self, queue: &QueueNumber) -> usize {
        self.count(|body| body.was_relieved() && body.waits_in(queue))
    }

    /// The pool has been stuck for long. Those that wait now are known to do so from now on.
    pub(super) fn note_relief(&self) {
        self.count(|body| {
            let waits = body.waits();
            if waits {
                body.note_relief();
            }
            waits
        });
    }

    /// The line and the cell of a call in that queue that one of them waits for. The bodies take turns.
    pub(super) fn next_call_in(&self, queue: &QueueNumber) -> Option<(LineMark, *const ())> {
        let mut bodies = self.0.lock();
        if !bodies.is_empty() {
            bodies.rotate_left(1);
        }
        let all: Vec<_> = bodies.iter().filter_map(Weak::upgrade).collect();
        drop(bodies);
        all.iter().find_map(|body| body.call_in(queue))
    }

    /// The number of bodies for which `is_so` is true.
    pub(crate) fn count(&self, is_so: impl Fn(&dyn OutsideBody) -> bool) -> usize {
        let bodies: Vec<_> = self.0.lock().iter().filter_map(Weak::upgrade).collect();
        bodies.iter().filter(|body| is_so(&***body)).count()
    }
}
