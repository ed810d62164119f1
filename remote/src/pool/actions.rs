//! The actions that follow a change of the state. They run after the lock of the state is released.

use std::sync::Arc;

use crate::{
    pool::{
        inner::Inner,
        state::{Actions, QueueEntry},
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

    /// The worker chosen for a call has sent an unexpected message: kills it, and puts the call back at its old position in the queue.
    fn begin_elsewhere(&'static self, queued: Arc<dyn QueueEntry>, lease: &Lease) {
        lease.worker.kill();
        self.change(|state| {
            state.running -= 1;
            // If the call ends after this check, the code that ends it removes it from the queue.
            if queued.is_queued() {
                state.queue.insert(queued.position(), queued);
            }
        });
    }
}
