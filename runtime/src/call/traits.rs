//! The operations on a call: `Call` for its future, `Run` for its executor. Those for its body are in `cancel::Stoppable`.

use std::{ptr, sync::Arc, task::Waker};

use super::{
    block_on::{blocked::Blocked, offers::Offered},
    meter::{SubmittedAt, Times},
    outcome::Ending,
    queued_in::{LineMark, QueueNumber},
    site::Site,
};
use crate::error::Error;

/// The operations of the future on its call.
pub(crate) trait Call<R, O>: Send + Sync {
    /// Starts the call: returns the place where to submit it, the first time.
    fn begin(&self) -> Option<O>;
    /// Like `begin`, without a lock: no other thread has the call.
    fn begin_alone(&mut self) -> Option<O> {
        self.begin()
    }
    /// Undoes `begin` after the executor returned the job.
    fn put_back(&self, on: O);
    /// Polls without a lock: no other thread has the call. A call that was not submitted stores the waker and returns the place where to
    /// submit it; one that has ended returns its result. `None` in all other cases: use [`poll`](Self::poll).
    fn poll_alone(&mut self, _: &Waker) -> Option<Step<R, O>> {
        None
    }
    /// Whether the result was taken. No other thread has the call.
    fn is_over(&mut self) -> bool {
        false
    }
    /// Takes the result, or stores the waker.
    fn poll(&self, waker: &Waker) -> Step<R, O>;
    /// The caller drops the call. A body that has not started never starts, and its arguments are dropped now; one that runs is asked to
    /// stop.
    fn abandon(&self);
    /// The caller drops the future, but the body is to run. Returns the error if it will never run.
    fn detach(&self) -> Option<Error>;
    /// Asks a running body to stop, or ends a call that has not started. The caller still awaits it.
    fn cancel(&self);
    /// Whether the call has ended.
    fn is_finished(&self) -> bool;
    /// Converts an error of the call into a result of the function, if its type can hold the error.
    fn absorb(&self, error: Error) -> Result<R, Error> {
        Err(error)
    }
    /// After an end by shutdown was not reported to the caller: the call to poll instead, which reports it. `None` if this is that call.
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
    /// The call is queued or runs.
    Pending,
    /// The call has ended.
    Ready(Result<R, Error>),
}

/// The state of a call as it enters a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Entry {
    /// It has ended.
    Dead,
    /// It waits, and nobody awaits it yet: whoever started it goes on, and may start more.
    Started,
    /// It waits, and its caller awaits it.
    Waits,
    /// It waits, and is awaited in the `block_on` with that address.
    AwaitedIn(usize),
}

/// Runs a body, once, in the context of its caller. The body returns how it ended.
pub(crate) type Around<'a> = &'a mut dyn FnMut(&mut dyn FnMut() -> Ending);

/// The operations of the executor on a call.
pub(crate) trait Run: Send + Sync {
    /// Runs the body inside `around`, unless the call has ended. Calls `settle` with the ending before the caller can see the result, so
    /// that the caller then finds the thread free. `settle` only counts: it is called under the lock of the call. Never unwinds.
    fn run(self: Arc<Self>, around: Option<Around<'_>>, settle: &mut dyn FnMut(Ending, Times));
    /// The annotated function.
    fn site(&self) -> &'static Site;
    /// When the call was submitted, if its body has not started.
    fn submitted_at(&self) -> Option<SubmittedAt>;
    /// Ends a call that has not started.
    fn refuse(&self, error: Error);
    /// Asks the body to stop, as if the caller had dropped the call; but the caller still awaits it. A call that has not started ends.
    fn ask_to_stop(&self) {}
    /// Whether the body has not started yet.
    fn is_queued(&self) -> bool {
        self.submitted_at().is_some()
    }
    /// Whether the call has ended, or its caller has dropped it.
    fn has_ended(&self) -> bool;
    /// Whether it is queued and has been polled.
    fn is_awaited(&self) -> bool {
        false
    }
    /// The `block_on` in which the call was polled last. `None` once its own body has started.
    fn awaited_by(&self) -> Option<Arc<Blocked>> {
        None
    }
    /// The address of that `block_on`. `None` unless the call is queued.
    fn awaited_in(&self) -> Option<usize> {
        None
    }
    /// Tells its queue which body awaits it.
    fn tell_queue(self: Arc<Self>) {}
    /// Identifies the call, also through the wrapper that adds a context.
    fn cell(&self) -> *const () {
        ptr::from_ref(self).cast()
    }
    /// Whether it waits in `queue`.
    fn is_in(&self, queue: &QueueNumber) -> bool {
        let _ = queue;
        false
    }
    /// The call enters that `line` of `queue`. From now on the queue is told if the call dies, or is awaited.
    fn enter(&self, queue: &QueueNumber, line: LineMark) -> Entry {
        let _ = (queue, line);
        Entry::Waits
    }
    /// The line that it waits in. `None` unless it is queued.
    fn line(&self) -> Option<LineMark> {
        self.is_queued().then(LineMark::default)
    }
}

/// The queue of a call that a waiting body may run itself. Both methods return whether the call was still queued and has been taken.
pub(crate) trait RunQueued: Send + Sync {
    /// Runs `call` on this thread if it is still queued, a slot is free, and no requested thread is expected, or that one is `overdue`.
    fn run_queued(self: Arc<Self>, call: &Arc<dyn Run>, overdue: bool) -> bool;
    /// Runs `call` on a thread whose body was offered it. It uses the slot of that body, which waits for the call.
    fn run_offered(self: Arc<Self>, call: &Arc<dyn Run>) -> bool {
        self.run_queued(call, true)
    }
}

/// A call that a body made, and its queue. All threads of that queue may be occupied by waiting bodies.
#[derive(Clone)]
pub(crate) struct Submitted {
    pub(crate) call: Arc<dyn Run>,
    pub(crate) to: Arc<dyn RunQueued>,
}

impl Offered for Submitted {
    fn is_queued(&self) -> bool {
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
