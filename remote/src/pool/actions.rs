//! What follows from a change of the state, done outside of its lock.

use std::sync::Arc;

use crate::{
    pool::{
        inner::Inner,
        state::{Actions, Waiter},
        stats::Ended,
    },
    process::{lease::Lease, monitor},
    unwind::wake_all,
};

impl Inner {
    pub(crate) fn perform(&'static self, actions: Actions) {
        for (queued, lease, id) in actions.begin {
            if lease.worker.is_quiet() {
                queued.begin(lease, id);
            } else {
                self.begin_elsewhere(queued, &lease);
            }
        }
        for _ in 0..actions.start {
            monitor::start(self);
        }
        for (queued, failure) in actions.fail {
            queued.end(failure, Ended::Refused);
        }
        for lease in actions.retire {
            lease.worker.retire();
        }
        wake_all(actions.wake);
    }

    /// The worker that a call was to have spoke out of turn: it goes, and the call has its old place in the queue.
    fn begin_elsewhere(&'static self, queued: Arc<dyn Waiter>, lease: &Lease) {
        lease.worker.kill();
        self.change(|state| {
            state.running -= 1;
            // One that ends after this is taken out by whoever ends it.
            if queued.is_waiting() {
                state.waiting.insert(queued.number(), queued);
            }
        });
    }
}
