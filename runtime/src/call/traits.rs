//! What the future of a call may do with it, and what its executor may. What its body may is `cancel::Stoppable`.

use std::{sync::Arc, task::Waker};

use super::{
    blocked::Blocked,
    meter::{Ticket, Times},
    outcome::Ending,
    queued_in::QueueNumber,
    site::Site,
};
use crate::error::Error;

/// What the future may do with its call.
pub(crate) trait Call<R, O>: Send + Sync {
    /// Takes the call's first step: yields where to submit it, once.
    fn begin(&self) -> Option<O>;
    /// The same, without a lock, while nobody shares the call.
    fn begin_alone(&mut self) -> Option<O> {
        self.begin()
    }
    /// Undoes `begin` when the executor gave the job back.
    fn put_back(&self, on: O);
    /// The first steps and the last, without a lock, while nobody shares the call: a call that was not submitted remembers the
    /// waker and yields where to submit it, one that has ended yields its result. Nothing if it takes more.
    fn poll_alone(&mut self, _: &Waker) -> Option<Step<R, O>> {
        None
    }
    /// Whether the result was taken, asked while nobody shares the call.
    fn is_over(&mut self) -> bool {
        false
    }
    /// Takes the result, or remembers the waker.
    fn poll(&self, waker: &Waker) -> Step<R, O>;
    /// The caller has gone: nothing starts any more, a running body is told.
    fn abandon(&self);
    /// The caller has gone but wants the body run. Tells why if it never will be.
    fn detach(&self) -> Option<Error>;
    /// Asks a running body to stop, or ends a call that has not started. The caller still waits.
    fn cancel(&self);
    /// Whether the call has ended.
    fn is_finished(&self) -> bool;
    /// The result that tells of an error, if the function has room for it there.
    fn absorb(&self, error: Error) -> Result<R, Error> {
        Err(error)
    }
    /// The annotated function.
    fn site(&self) -> &'static Site;
    /// The executor's side of the same cell.
    fn job(self: Arc<Self>) -> Arc<dyn Run>;
}

/// What the future has to do next.
pub(crate) enum Step<R, O> {
    /// Submit the call there, then poll again.
    Submit(O),
    /// Wait.
    Pending,
    /// Done.
    Ready(Result<R, Error>),
}

/// Runs a body, once, in the context of its caller.
pub(crate) type Around<'a> = &'a mut dyn FnMut(&mut dyn FnMut());

/// What the executor may do with a call.
pub(crate) trait Run: Send + Sync {
    /// Runs the body, unless the call has ended by now: `around` it what it brings along, for the waiting body that is its
    /// `caller`. `settle` hears how it ended before the caller does, so that a caller who looks finds its thread free. Never
    /// unwinds.
    fn run(
        self: Arc<Self>,
        caller: Option<Arc<Blocked>>,
        around: Option<Around<'_>>,
        settle: &mut dyn FnMut(Ending, Times),
    );
    /// The annotated function.
    fn site(&self) -> &'static Site;
    /// When the call was submitted, if it is still to be started.
    fn ticket(&self) -> Option<Ticket>;
    /// Ends a call that has not started.
    fn refuse(&self, error: Error);
    /// Whether the body is still to be started.
    fn is_queued(&self) -> bool {
        self.ticket().is_some()
    }
    /// Whether nobody waits for it any more, because it has ended or its caller has gone.
    fn has_ended(&self) -> bool;
    /// Whether a waiting body made the call, which is still to be started.
    fn is_nested(&self) -> bool;
    /// Whether it waits in `queue`.
    fn is_in(&self, queue: &QueueNumber) -> bool {
        let _ = queue;
        false
    }
    /// It enters `queue`, which hears of its death from now on. False if it is dead already.
    fn enter(&self, queue: &QueueNumber) -> bool {
        let _ = queue;
        true
    }
}

/// Where a call waits that the body itself may run.
pub(crate) trait RunQueued: Send + Sync {
    /// Runs `call` on this thread if it still waits.
    fn run_queued(self: Arc<Self>, call: &Arc<dyn Run>);
}

/// A call that a body submitted to threads that may all be taken by bodies like it.
pub(crate) struct Submitted {
    pub(crate) call: Arc<dyn Run>,
    pub(crate) to: Arc<dyn RunQueued>,
}

impl Submitted {
    /// Runs the call on this thread if it still waits.
    pub(crate) fn run(self) {
        self.to.run_queued(&self.call);
    }
}
