//! What happens when a running body is asked to stop: its actions run once, its `block_on` wakes.

use std::{
    mem,
    sync::{
        Arc,
        mpsc::{self, Receiver, Sender},
    },
    task::Waker,
    thread,
};

use crate::{
    error::Error,
    quiet::{drop_quietly, quietly},
    sync::Mutex,
};

/// What a body left to be run if it is asked to stop.
pub(crate) type Action = Box<dyn FnOnce() + Send>;

/// Why a body is asked to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// The future was dropped: nobody waits, so work in progress may end in peace.
    Abandoned,
    /// The caller asked, and waits for the end.
    Cancelled,
    /// The runtime or the pool is going away.
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

/// The requests of one running body. Almost always empty, so the contents are boxed.
#[derive(Default)]
pub(crate) struct Hooks {
    reason: Option<Reason>,
    requests: Option<Box<Requests>>,
}

#[derive(Default)]
struct Requests {
    actions: Vec<Action>,
    under_way: Option<UnderWay>,
    blocked: Option<Waker>,
}

/// Actions that have been handed out.
pub(crate) struct UnderWay(Receiver<()>);

impl UnderWay {
    /// Waits for their end.
    pub(crate) fn wait(self) {
        // Nothing is ever sent: the other end is dropped.
        let _ = self.0.recv();
    }
}

/// What must be run after the lock of the cell is released.
#[derive(Default)]
#[must_use = "the actions run in `tell`"]
pub(crate) struct Stopping {
    actions: Vec<Action>,
    over: Option<Sender<()>>,
    blocked: Option<Waker>,
}

impl Hooks {
    pub(crate) const fn reason(&self) -> Option<Reason> {
        self.reason
    }

    /// Notes the reason; a caller who has gone is the weakest one. Actions are handed out once.
    pub(crate) fn stop(&mut self, reason: Reason) -> Stopping {
        if matches!(self.reason, None | Some(Reason::Abandoned)) {
            self.reason = Some(reason);
        }
        let Some(requests) = &mut self.requests else {
            return Stopping::default();
        };
        let actions = mem::take(&mut requests.actions);
        let over = (!actions.is_empty()).then(|| {
            let (over, under_way) = mpsc::channel();
            requests.under_way = Some(UnderWay(under_way));
            over
        });
        Stopping {
            actions,
            over,
            blocked: requests.blocked.clone(),
        }
    }

    /// The actions handed out, for the end of the body to wait for: they speak of what it works on.
    pub(crate) fn take_under_way(&mut self) -> Option<UnderWay> {
        self.requests.as_mut()?.under_way.take()
    }

    pub(crate) fn on_stop(&mut self, action: Action) -> Result<(), Action> {
        if self.reason.is_some() {
            return Err(action);
        }
        let requests = self.requests.get_or_insert_default();
        requests.actions.push(action);
        Ok(())
    }

    /// Sets the waker of the body's `block_on`, which is ours, so that cloning and dropping it is harmless.
    pub(crate) fn set_blocked(&mut self, waker: Option<Waker>) {
        self.requests.get_or_insert_default().blocked = waker;
    }
}

impl Stopping {
    /// Wakes the body's `block_on` and runs the actions, on a thread of their own: the caller may be an async worker.
    pub(crate) fn tell(self) {
        if let Some(waker) = self.blocked {
            quietly(|| waker.wake());
        }
        if self.actions.is_empty() {
            return;
        }
        // Shared, because a thread that cannot be started drops its closure: then the actions run here.
        let actions = Arc::new(Mutex::new(self.actions));
        let on_thread = Arc::clone(&actions);
        let over = self.over;
        let thread = thread::Builder::new().name("offload-cancel".into());
        let work = move || {
            run_all(&on_thread);
            drop(over);
        };
        if thread.spawn(work).is_err() {
            run_all(&actions);
        }
    }
}

impl Drop for Hooks {
    fn drop(&mut self) {
        drop_quietly(self.requests.take());
    }
}

fn run_all(actions: &Mutex<Vec<Action>>) {
    let actions = mem::take(&mut *actions.lock());
    for action in actions {
        quietly(action);
    }
}
