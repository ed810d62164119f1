//! The two sides of a call: what its future may do with it, and what its executor and its body may.

use std::{sync::Arc, task::Waker};

use super::{
    blocked::Blocked,
    cancel::{Action, Reason},
    meter::{Ticket, Times},
    outcome::Ending,
    site::Site,
};
use crate::error::Error;

/// What the future may do with its call.
pub(crate) trait Call<R, O>: Send + Sync {
    /// Takes the call's first step: yields where to submit it, once.
    fn begin(&self) -> Option<O>;
    /// Undoes `begin` when the executor gave the job back.
    fn put_back(&self, on: O);
    /// Takes the result, or remembers the waker.
    fn poll(&self, waker: &Waker) -> Step<R, O>;
    /// The caller has gone: nothing starts any more, a running body is told.
    fn abandon(&self);
    /// The caller has gone but wants the body run. Tells why if it never will be.
    fn detach(&self) -> Option<Error>;
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

/// What the executor and the body may do with a call.
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
    /// Whether a waiting body made the call, which is still to be started.
    fn is_nested(&self) -> bool;
    /// Asks a running body to stop, or ends a call that has not started.
    fn stop(&self, reason: Reason);
    /// Why the body should stop, if it should.
    fn stopped(&self) -> Option<Reason>;
    /// Keeps `action` for the moment the body is asked to stop; gives it back if that moment has passed.
    fn on_cancel(&self, action: Action) -> Result<(), Action>;
    /// The body has ended: nothing it asked for starts any more, and what is under way is waited for.
    fn disarm(&self);
    /// Sets the waker of the body's own `block_on`.
    fn set_blocked(&self, waker: Option<Waker>);
}
