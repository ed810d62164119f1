//! What happens when a running body is asked to stop: its actions run once, its `block_on` wakes.

use std::{mem, sync::Arc, task::Waker};

use super::{
    canceller,
    latch::{Done, Latch},
    site::Site,
};
use crate::{
    error::Error,
    sync::Mutex,
    unwind::{drop_quietly, swallow_panic},
};

/// An action that a body registered, to run if the body is asked to stop.
pub(crate) type Action = Box<dyn FnOnce() + Send>;

/// The reason why a body is asked to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// The future was dropped. Nobody waits for the body, so it may finish its work.
    Abandoned,
    /// The caller cancelled the call and waits for its end.
    Cancelled,
    /// The runtime or the pool is shutting down.
    Shutdown,
}

impl Reason {
    /// The error of a call whose body had not started.
    pub(crate) const fn error(self) -> Error {
        match self {
            Self::Abandoned | Self::Cancelled => Error::Cancelled,
            Self::Shutdown => Error::Shutdown,
        }
    }
}

/// A running body, as seen by code that asks it to stop and by the body itself.
pub(crate) trait Stoppable: Send + Sync {
    /// The annotated function.
    fn site(&self) -> &'static Site;
    /// Asks the body to stop.
    fn stop(&self, reason: Reason);
    /// Why the body was asked to stop, if it was.
    fn stopped(&self) -> Option<Reason>;
    /// Stores `action` until the body is asked to stop. Returns it if that has already happened.
    fn on_cancel(&self, action: Action) -> Result<(), Action>;
    /// The body has ended: no further action starts, and this waits for the actions that run.
    fn disarm(&self);
    /// Sets the waker of the body's own `block_on`.
    fn set_blocked(&self, waker: Option<Waker>);
}

/// Whether a running body was asked to stop. What it registered for that is in its [`OnCancel`], which few bodies have.
#[derive(Clone, Copy, Default)]
pub(crate) struct CancelState {
    reason: Option<Reason>,
    /// Whether the caller has dropped the call, or would have if the body ran on another thread.
    has_no_caller: bool,
    /// Whether the result is to be dropped. It describes the call, not its cancellation; it stands here because it fits into padding.
    is_unwanted: bool,
}

/// What one running body registered for the case that it is asked to stop.
#[derive(Default)]
pub(crate) struct OnCancel {
    actions: Vec<Action>,
    dispatched: Option<Dispatched>,
    blocked: Option<Waker>,
}

impl Drop for OnCancel {
    /// Drops the actions one by one: a second panic during the unwinding of the first would abort the program.
    fn drop(&mut self) {
        self.actions.drain(..).for_each(drop_quietly);
        drop_quietly(self.dispatched.take());
    }
}

/// Actions that were dispatched to another thread.
type SharedActions = Arc<Mutex<Option<Vec<Action>>>>;

/// Runs the actions, unless another thread has begun to.
fn run_all(actions: &SharedActions) -> bool {
    let taken = actions.lock().take();
    let mine = taken.is_some();
    for action in taken.into_iter().flatten() {
        swallow_panic(action);
    }
    mine
}

struct Dispatched {
    actions: SharedActions,
    /// Open when the actions have ended.
    ended: Latch,
}

/// The actions of a body that has ended.
pub(crate) struct Disarmed(Box<OnCancel>);

impl Disarmed {
    /// Waits for dispatched actions, since they use resources of the body. If no thread has taken them yet, runs them here: actions of
    /// other calls may occupy all threads. Drops the actions that were not dispatched.
    pub(crate) fn wait(self) {
        if let Some(dispatched) = &self.0.dispatched {
            if !run_all(&dispatched.actions) {
                dispatched.ended.wait();
            }
        }
        drop_quietly(self.0);
    }
}

/// Work that must be done after the lock of the cell is released.
#[derive(Default)]
#[must_use = "the actions run in `fire`"]
pub(crate) struct Cancellation {
    actions: Option<(SharedActions, Done)>,
    blocked: Option<Waker>,
}

impl CancelState {
    /// The state of a body whose result is `wanted`.
    pub(crate) const fn new(wanted: bool) -> Self {
        Self {
            reason: None,
            has_no_caller: false,
            is_unwanted: !wanted,
        }
    }

    pub(crate) const fn is_wanted(self) -> bool {
        !self.is_unwanted
    }

    pub(crate) const fn mark_unwanted(&mut self) {
        self.is_unwanted = true;
    }

    pub(crate) const fn reason(self) -> Option<Reason> {
        self.reason
    }

    /// Stores the reason. `Abandoned` is the weakest: any other reason replaces it. What the body has `registered` is dispatched once.
    pub(crate) fn stop(
        &mut self,
        registered: Option<&mut OnCancel>,
        reason: Reason,
    ) -> Cancellation {
        if matches!(self.reason, None | Some(Reason::Abandoned)) {
            self.reason = Some(reason);
        }
        registered.map(OnCancel::dispatch).unwrap_or_default()
    }

    /// The caller drops the call. Returns false if it had done so before.
    pub(crate) fn caller_dropped(&mut self) -> bool {
        !mem::replace(&mut self.has_no_caller, true)
    }

    /// Adds `action` to what the body has registered, unless it was asked to stop.
    pub(crate) fn on_cancel<'a>(
        self,
        registered: impl FnOnce() -> &'a mut OnCancel,
        action: Action,
    ) -> Result<(), Action> {
        if self.reason.is_some() {
            return Err(action);
        }
        registered().actions.push(action);
        Ok(())
    }
}

impl OnCancel {
    /// Takes the actions, which are to run on another thread.
    fn dispatch(&mut self) -> Cancellation {
        let actions = mem::take(&mut self.actions);
        let actions = (!actions.is_empty()).then(|| {
            let (ended, done) = Latch::new();
            let actions = Arc::new(Mutex::new(Some(actions)));
            self.dispatched = Some(Dispatched {
                actions: Arc::clone(&actions),
                ended,
            });
            (actions, done)
        });
        Cancellation {
            actions,
            blocked: self.blocked.clone(),
        }
    }

    /// Sets the waker of the body's `block_on`. It is our own waker, so cloning and dropping it under a lock is safe.
    pub(crate) fn set_blocked(&mut self, waker: Option<Waker>) {
        self.blocked = waker;
    }

    /// The body has ended, so its actions must not start any more.
    pub(crate) const fn disarm(self: Box<Self>) -> Disarmed {
        Disarmed(self)
    }
}

impl Cancellation {
    /// Wakes the body's `block_on` and runs the actions on another thread, since the caller may be an async worker.
    pub(crate) fn fire(self) {
        if let Some(waker) = self.blocked {
            swallow_panic(|| waker.wake());
        }
        let Some((actions, done)) = self.actions else {
            return;
        };
        canceller::run(Box::new(move || {
            run_all(&actions);
            drop(done);
        }));
    }
}
