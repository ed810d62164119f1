//! What happens when a running body is asked to stop: its actions run once, its `block_on` wakes.

use std::{
    mem,
    sync::{
        Arc,
        mpsc::{self, Receiver, Sender},
    },
    task::Waker,
};

use super::{canceller, site::Site};
use crate::{
    error::Error,
    sync::Mutex,
    unwind::{drop_quietly, swallow_panic},
};

/// An action that a body registered, to run if the body is asked to stop.
pub(crate) type Action = Box<dyn FnOnce() + Send>;

/// Why a body is asked to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// The future was dropped. Nobody waits, so the body may finish its work.
    Abandoned,
    /// The caller cancelled the call and waits for its end.
    Cancelled,
    /// The runtime or the pool is shutting down.
    Shutdown,
}

impl Reason {
    /// The error of a call that had not started.
    pub(crate) const fn error(self) -> Error {
        match self {
            Self::Abandoned | Self::Cancelled => Error::Cancelled,
            Self::Shutdown => Error::Shutdown,
        }
    }
}

/// A running body, for those who ask it to stop and for the body itself.
pub(crate) trait Stoppable: Send + Sync {
    /// The annotated function.
    fn site(&self) -> &'static Site;
    /// Asks the body to stop.
    fn stop(&self, reason: Reason);
    /// Why the body should stop, if it should.
    fn stopped(&self) -> Option<Reason>;
    /// Keeps `action` until the body is asked to stop. Gives it back if that has happened already.
    fn on_cancel(&self, action: Action) -> Result<(), Action>;
    /// The body has ended. None of its actions starts from now on, and this waits for those that run.
    fn disarm(&self);
    /// Sets the waker of the body's own `block_on`.
    fn set_blocked(&self, waker: Option<Waker>);
}

/// The requests of one running body. Almost always empty, so the contents are boxed.
#[derive(Default)]
pub(crate) struct CancelState {
    reason: Option<Reason>,
    /// Whether the caller has gone, or would have if the body ran on another thread.
    has_no_caller: bool,
    /// Whether nobody is left who wants the result. It is of the call and not of its requests, but takes no room here.
    is_unwanted: bool,
    requests: Option<Box<OnCancel>>,
}

#[derive(Default)]
struct OnCancel {
    actions: Vec<Action>,
    handed_out: Option<HandedOut>,
    blocked: Option<Waker>,
}

impl Drop for OnCancel {
    /// Drops each action on its own: of two panics at once the second ends the program.
    fn drop(&mut self) {
        self.actions.drain(..).for_each(drop_quietly);
    }
}

/// Actions that wait for a thread.
type OnTheirWay = Arc<Mutex<Option<Vec<Action>>>>;

/// Runs the actions, unless another thread has begun to.
fn run_all(actions: &OnTheirWay) -> bool {
    let taken = actions.lock().take();
    let mine = taken.is_some();
    for action in taken.into_iter().flatten() {
        swallow_panic(action);
    }
    mine
}

struct HandedOut {
    actions: OnTheirWay,
    /// Resolves when the actions have ended.
    under_way: Receiver<()>,
}

/// The requests of a body that has ended.
pub(crate) struct Disarmed(Box<OnCancel>);

impl Disarmed {
    /// Waits for the actions that were handed out, since they use the resources of the body. If no thread has taken them,
    /// runs them here: actions of other calls may occupy all threads. Drops the actions that were not handed out.
    pub(crate) fn wait(self) {
        if let Some(handed_out) = &self.0.handed_out {
            if !run_all(&handed_out.actions) {
                // Nothing is ever sent: the receiver learns of the end when the sender is dropped.
                let _ = handed_out.under_way.recv();
            }
        }
        drop_quietly(self.0);
    }
}

/// Work that must be done after the lock of the cell is released.
#[derive(Default)]
#[must_use = "the actions run in `fire`"]
pub(crate) struct Cancellation {
    actions: Option<(OnTheirWay, Sender<()>)>,
    blocked: Option<Waker>,
}

impl CancelState {
    /// Of a body whose result is `wanted`.
    pub(crate) const fn new(wanted: bool) -> Self {
        Self {
            reason: None,
            has_no_caller: false,
            is_unwanted: !wanted,
            requests: None,
        }
    }

    pub(crate) const fn is_wanted(&self) -> bool {
        !self.is_unwanted
    }

    pub(crate) const fn let_go(&mut self) {
        self.is_unwanted = true;
    }

    pub(crate) const fn reason(&self) -> Option<Reason> {
        self.reason
    }

    /// Notes the reason. `Abandoned` is the weakest: any other reason replaces it. Actions are handed out once.
    pub(crate) fn stop(&mut self, reason: Reason) -> Cancellation {
        if matches!(self.reason, None | Some(Reason::Abandoned)) {
            self.reason = Some(reason);
        }
        let Some(requests) = &mut self.requests else {
            return Cancellation::default();
        };
        let actions = mem::take(&mut requests.actions);
        let actions = (!actions.is_empty()).then(|| {
            let (over, under_way) = mpsc::channel();
            let actions = Arc::new(Mutex::new(Some(actions)));
            requests.handed_out = Some(HandedOut {
                actions: Arc::clone(&actions),
                under_way,
            });
            (actions, over)
        });
        Cancellation {
            actions,
            blocked: requests.blocked.clone(),
        }
    }

    /// The caller goes. Returns false if it had gone before.
    pub(crate) fn caller_goes(&mut self) -> bool {
        !mem::replace(&mut self.has_no_caller, true)
    }

    /// The body has ended, so its requests no longer count.
    pub(crate) fn disarm(&mut self) -> Option<Disarmed> {
        self.requests.take().map(Disarmed)
    }

    pub(crate) fn on_cancel(&mut self, action: Action) -> Result<(), Action> {
        if self.reason.is_some() {
            return Err(action);
        }
        let requests = self.requests.get_or_insert_default();
        requests.actions.push(action);
        Ok(())
    }

    /// Sets the waker of the body's `block_on`. It is our own waker, so cloning and dropping it under a lock is safe.
    pub(crate) fn set_blocked(&mut self, waker: Option<Waker>) {
        self.requests.get_or_insert_default().blocked = waker;
    }
}

impl Cancellation {
    /// Wakes the body's `block_on` and runs the actions on another thread, since the caller may be an async worker.
    pub(crate) fn fire(self) {
        if let Some(waker) = self.blocked {
            swallow_panic(|| waker.wake());
        }
        let Some((actions, over)) = self.actions else {
            return;
        };
        canceller::run(Box::new(move || {
            run_all(&actions);
            drop(over);
        }));
    }
}

impl Drop for CancelState {
    fn drop(&mut self) {
        if let Some(requests) = self.requests.take() {
            drop_quietly(requests);
        }
    }
}
