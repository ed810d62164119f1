//! The operations of a call: those of its future and those of its executor. `cancel::Stoppable` has those of the body.

use std::{ptr, sync::Arc, task::Waker};

use super::{
    blocked::Blocked,
    meter::{Ticket, Times},
    offers::Offered,
    outcome::Ending,
    queued_in::{LineMark, QueueNumber},
    site::Site,
};
use crate::error::Error;

/// The operations of the future on its call.
pub(crate) trait Call<R, O>: Send + Sync {
    /// The first step of the call: returns where to submit it, once.
    fn begin(&self) -> Option<O>;
    /// The same, without a lock, while nobody shares the call.
    fn begin_alone(&mut self) -> Option<O> {
        self.begin()
    }
    /// Undoes `begin` after the executor gave the job back.
    fn put_back(&self, on: O);
    /// Polls without a lock, while nobody shares the call. A call that was not submitted remembers the waker and returns
    /// where to submit it; one that has ended returns its result. `None` in all other cases: then [`poll`](Self::poll) is
    /// needed.
    fn poll_alone(&mut self, _: &Waker) -> Option<Step<R, O>> {
        None
    }
    /// Whether the result was taken. Called while nobody shares the call.
    fn is_over(&mut self) -> bool {
        false
    }
    /// Takes the result, or remembers the waker.
    fn poll(&self, waker: &Waker) -> Step<R, O>;
    /// The caller has gone. A body that has not started never starts, and its arguments are dropped at once; a running body is told.
    fn abandon(&self);
    /// The caller has gone but wants the body to run. Returns the error if it will never run.
    fn detach(&self) -> Option<Error>;
    /// Asks a running body to stop, or ends a call that has not started. The caller still waits.
    fn cancel(&self);
    /// Whether the call has ended.
    fn is_finished(&self) -> bool;
    /// Converts an error of the call into a result of the function, if its type can hold the error.
    fn absorb(&self, error: Error) -> Result<R, Error> {
        Err(error)
    }
    /// The call to poll from now on, after its end by a shutdown was not told: it tells. `None` if that was so already.
    fn withhold(self: Arc<Self>) -> Option<Arc<dyn Call<R, O>>>;
    /// The annotated function.
    fn site(&self) -> &'static Site;
    /// The executor's side of the same cell.
    fn job(self: Arc<Self>) -> Arc<dyn Run>;
}

/// The next step of the future.
pub(crate) enum Step<R, O> {
    /// Submit the call to that place, then poll again.
    Submit(O),
    /// Wait.
    Pending,
    /// Done.
    Ready(Result<R, Error>),
}

/// How a call enters its queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Entry {
    /// It is dead already.
    Dead,
    Waits,
    /// It waits, and a body waits for it in the `block_on` with that address.
    AwaitedIn(usize),
}

/// Runs a body, once, in the context of its caller. The body tells how it has ended.
pub(crate) type Around<'a> = &'a mut dyn FnMut(&mut dyn FnMut() -> Ending);

/// The operations of the executor on a call.
pub(crate) trait Run: Send + Sync {
    /// Runs the body inside `around`, unless the call has ended by now. `settle` learns how the body ended before the caller does, so a
    /// caller who looks then finds the thread free. It only counts: it is called under the lock of the call. Never unwinds.
    fn run(self: Arc<Self>, around: Option<Around<'_>>, settle: &mut dyn FnMut(Ending, Times));
    /// The annotated function.
    fn site(&self) -> &'static Site;
    /// When the call was submitted, if its body has not started.
    fn ticket(&self) -> Option<Ticket>;
    /// Ends a call that has not started.
    fn refuse(&self, error: Error);
    /// Asks the body to stop, as if the caller had gone; the caller still waits. A call that has not started ends.
    fn ask_to_stop(&self) {}
    /// Whether the body has not started yet.
    fn is_queued(&self) -> bool {
        self.ticket().is_some()
    }
    /// Whether nobody waits for the call any more: it has ended, or its caller has gone.
    fn has_ended(&self) -> bool;
    /// Whether it is queued, and somebody has polled it.
    fn is_awaited(&self) -> bool {
        false
    }
    /// The `block_on` of the body that waits for the call: there it was polled last. `None` once the call's own body has started.
    fn awaited_by(&self) -> Option<Arc<Blocked>> {
        None
    }
    /// The same without the `block_on` itself: its address. `None` unless it is queued.
    fn awaited_in(&self) -> Option<usize> {
        None
    }
    /// The queue that it waits in hears that a body waits for it.
    fn tell_queue(self: Arc<Self>) {}
    /// What tells one call from the others, with its context and without.
    fn cell(&self) -> *const () {
        ptr::from_ref(self).cast()
    }
    /// Whether it waits in `queue`.
    fn is_in(&self, queue: &QueueNumber) -> bool {
        let _ = queue;
        false
    }
    /// The call enters that `line` of `queue`, which is told from now on if the call dies, or is awaited.
    fn enter(&self, queue: &QueueNumber, line: LineMark) -> Entry {
        let _ = (queue, line);
        Entry::Waits
    }
    /// The line that it waits in. `None` unless it is queued.
    fn line(&self) -> Option<LineMark> {
        self.is_queued().then(LineMark::default)
    }
}

/// The queue of a call that a waiting body may run itself. Both return whether the call still waited and was taken.
pub(crate) trait RunQueued: Send + Sync {
    /// Runs `call` on this thread if it still waits, if there is a place for it, and if no thread is on its way that is not `overdue`.
    fn run_queued(self: Arc<Self>, call: &Arc<dyn Run>, overdue: bool) -> bool;
    /// The same on a thread whose body was offered the call: the place of that body is free, since it waits for the call.
    fn run_offered(self: Arc<Self>, call: &Arc<dyn Run>) -> bool {
        self.run_queued(call, true)
    }
}

/// A call that a body submitted to threads which may all be occupied by other waiting bodies.
#[derive(Clone)]
pub(crate) struct Submitted {
    pub(crate) call: Arc<dyn Run>,
    pub(crate) to: Arc<dyn RunQueued>,
}

impl Offered for Submitted {
    fn is_waiting(&self) -> bool {
        self.call.is_queued()
    }

    fn run(&self) -> bool {
        Arc::clone(&self.to).run_offered(&self.call)
    }

    fn run_own(&self, overdue: bool) -> bool {
        Arc::clone(&self.to).run_queued(&self.call, overdue)
    }

    fn abandon(&self) {
        self.call.ask_to_stop();
    }

    fn is_awaited_in(&self, block_on: *const ()) -> bool {
        let by = self.call.awaited_by();
        by.is_some_and(|by| by.address() == block_on)
    }

    fn is_awaited_behind(&self, block_on: *const ()) -> bool {
        let by = self.call.awaited_by();
        by.is_some_and(|by| by.chain().any(|by| by.address() == block_on))
    }

    fn call(&self) -> *const () {
        self.call.cell()
    }
}
