//! What follows from a change of the books, carried out: outside of their lock.

use std::sync::Arc;

use crate::{
    pool::{
        inner::Crew,
        state::{Todo, Waiter},
        stats::Ended,
    },
    process::{lease::Link, monitor},
    unwind::wake_all,
};

impl Crew {
    pub(crate) fn carry_out(&'static self, todo: Todo) {
        for (ticket, link, id) in todo.begin {
            if link.worker.is_quiet() {
                ticket.begin(link, id);
            } else {
                self.begin_elsewhere(ticket, &link);
            }
        }
        for _ in 0..todo.start {
            monitor::start(self);
        }
        for (ticket, failure) in todo.fail {
            ticket.end(failure, Ended::Refused);
        }
        for link in todo.retire {
            link.worker.retire();
        }
        wake_all(todo.wake);
    }

    /// The worker that a call was to have spoke out of turn: it goes, and the call has its old place in the queue.
    fn begin_elsewhere(&'static self, ticket: Arc<dyn Waiter>, link: &Link) {
        link.worker.kill();
        self.change(|roster| {
            roster.running -= 1;
            // One that ends after this is taken out by whoever ends it.
            if ticket.is_waiting() {
                roster.waiting.insert(ticket.number(), ticket);
            }
        });
    }
}
