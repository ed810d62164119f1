//! The job cell: one allocation that holds the body, then its result, and whoever waits for it.
//!
//! Two sides see the same cell: the future through [`Call`], the executor and the body through [`Run`].
//! Every transition happens under one lock; code of the user's (bodies, `Drop`, wakers, hooks) runs outside it.
//! Nothing in here knows an executor, which lets the model checker compile this file with its own lock.

use std::{
    mem,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    task::Waker,
};

use crate::{
    body,
    error::{Error, Panic},
    hooks::{Action, Hooks, Reason},
    quiet::{drop_quietly, quietly},
    site::Site,
    sync::Mutex,
};

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

/// What the executor and the body may do with a call.
pub(crate) trait Run: Send + Sync {
    /// Runs the body, unless the call has ended by now. Never unwinds.
    fn run(self: Arc<Self>);
    /// Ends a call that has not started.
    fn refuse(&self, error: Error);
    /// Whether the body is still to be started.
    fn is_waiting(&self) -> bool;
    /// Asks a running body to stop, or ends a call that has not started.
    fn stop(&self, reason: Reason);
    /// Why the body should stop, if it should.
    fn stopped(&self) -> Option<Reason>;
    /// Keeps `action` for the moment the body is asked to stop; gives it back if that moment has passed.
    fn on_stop(&self, action: Action) -> Result<(), Action>;
    /// Sets the waker of the body's own `block_on`.
    fn set_blocked(&self, waker: Option<Waker>);
}

/// The cell of a call: `F` is the body with its arguments, `R` its result, `O` where it is to run.
pub(crate) struct Cell<F, R, O> {
    site: &'static Site,
    stage: Mutex<Stage<F, R, O>>,
}

enum Stage<F, R, O> {
    /// Made, not submitted.
    Fresh { work: F, on: O },
    /// Submitted. `wanted` is false once the caller has detached.
    Queued {
        work: F,
        waker: Option<Waker>,
        wanted: bool,
    },
    /// The body runs. `wanted` is false once the caller has detached or gone.
    Running {
        waker: Option<Waker>,
        wanted: bool,
        hooks: Hooks,
    },
    /// The result waits for its caller.
    Done(Result<R, Error>),
    /// The result was taken, or nobody is left to take it.
    Gone,
}

impl<F, R, O> Stage<F, R, O> {
    const fn queued(work: F) -> Self {
        Self::Queued {
            work,
            waker: None,
            wanted: true,
        }
    }
}

impl<F, R, O> Cell<F, R, O> {
    pub(crate) const fn new(site: &'static Site, work: F, on: O) -> Self {
        Self {
            site,
            stage: Mutex::new(Stage::Fresh { work, on }),
        }
    }

    /// Ends the call with `error` if its body has not started.
    fn end_unstarted(&self, error: Error) {
        let mut stage = self.stage.lock();
        let (next, waker) = match &mut *stage {
            Stage::Fresh { .. } => (Stage::Done(Err(error)), None),
            Stage::Queued { waker, wanted, .. } => {
                let next = if *wanted {
                    Stage::Done(Err(error))
                } else {
                    Stage::Gone
                };
                (next, waker.take())
            }
            _ => return,
        };
        let before = mem::replace(&mut *stage, next);
        drop(stage);
        drop_quietly(before);
        wake(waker);
    }

    /// Takes the body out to be run.
    fn start(&self) -> Option<F> {
        let mut stage = self.stage.lock();
        match mem::replace(&mut *stage, Stage::Gone) {
            Stage::Queued {
                work,
                waker,
                wanted,
            } => {
                *stage = Stage::Running {
                    waker,
                    wanted,
                    hooks: Hooks::default(),
                };
                Some(work)
            }
            other => {
                *stage = other;
                None
            }
        }
    }

    /// Hands the result over, or drops it when nobody wants it.
    fn finish(&self, result: Result<R, Error>) {
        let mut stage = self.stage.lock();
        let before = mem::replace(&mut *stage, Stage::Gone);
        if let Stage::Running {
            waker,
            wanted: true,
            hooks,
        } = before
        {
            *stage = Stage::Done(result);
            drop(stage);
            drop_quietly(hooks);
            wake(waker);
        } else {
            drop(stage);
            drop_quietly(before);
            drop_quietly(result);
        }
    }
}

impl<F, R, O> Call<R, O> for Cell<F, R, O>
where
    F: FnOnce() -> R + Send + 'static,
    R: Send + 'static,
    O: Send + 'static,
{
    fn begin(&self) -> Option<O> {
        let mut stage = self.stage.lock();
        match mem::replace(&mut *stage, Stage::Gone) {
            Stage::Fresh { work, on } => {
                *stage = Stage::queued(work);
                Some(on)
            }
            other => {
                *stage = other;
                None
            }
        }
    }

    fn put_back(&self, on: O) {
        let mut stage = self.stage.lock();
        match mem::replace(&mut *stage, Stage::Gone) {
            Stage::Queued { work, .. } => *stage = Stage::Fresh { work, on },
            other => *stage = other,
        }
    }

    fn poll(&self, waker: &Waker) -> Step<R, O> {
        let mut mine = None;
        loop {
            let mut stage = self.stage.lock();
            let slot = match &mut *stage {
                Stage::Queued { waker, .. } | Stage::Running { waker, .. } => waker,
                _ => break leave_unwaited(&mut stage),
            };
            if slot.as_ref().is_some_and(|known| known.will_wake(waker)) {
                break Step::Pending;
            }
            if let Some(mine) = mine.take() {
                let before = slot.replace(mine);
                drop(stage);
                drop(before);
                break Step::Pending;
            }
            drop(stage);
            mine = Some(waker.clone());
        }
    }

    fn abandon(&self) {
        let mut stage = self.stage.lock();
        match &mut *stage {
            Stage::Gone | Stage::Queued { wanted: false, .. } | Stage::Running { wanted: false, .. } => {}
            Stage::Running {
                waker,
                wanted,
                hooks,
            } => {
                *wanted = false;
                let waker = waker.take();
                let stop = hooks.stop(Reason::Abandoned);
                drop(stage);
                drop(waker);
                stop.tell();
            }
            _ => {
                let before = mem::replace(&mut *stage, Stage::Gone);
                drop(stage);
                drop(before);
            }
        }
    }

    fn detach(&self) -> Option<Error> {
        let mut stage = self.stage.lock();
        match &mut *stage {
            Stage::Queued { waker, wanted, .. } | Stage::Running { waker, wanted, .. } => {
                *wanted = false;
                let waker = waker.take();
                drop(stage);
                drop(waker);
                None
            }
            _ => {
                let before = mem::replace(&mut *stage, Stage::Gone);
                drop(stage);
                match before {
                    Stage::Done(Err(error)) => Some(error),
                    _ => None,
                }
            }
        }
    }

    fn is_finished(&self) -> bool {
        matches!(*self.stage.lock(), Stage::Done(_) | Stage::Gone)
    }

    fn site(&self) -> &'static Site {
        self.site
    }

    fn job(self: Arc<Self>) -> Arc<dyn Run> {
        self
    }
}

/// The steps of a call that nobody has to wait for.
fn leave_unwaited<F, R, O>(stage: &mut Stage<F, R, O>) -> Step<R, O> {
    match mem::replace(stage, Stage::Gone) {
        Stage::Fresh { work, on } => {
            *stage = Stage::queued(work);
            Step::Submit(on)
        }
        Stage::Done(result) => Step::Ready(result),
        _ => panic!("an offloaded call was polled after it had completed"),
    }
}

impl<F, R, O> Run for Cell<F, R, O>
where
    F: FnOnce() -> R + Send + 'static,
    R: Send + 'static,
    O: Send + 'static,
{
    fn run(self: Arc<Self>) {
        let Some(work) = self.start() else { return };
        let job: Arc<dyn Run> = Arc::clone(&self) as _;
        let result = body::enter(job, || catch_unwind(AssertUnwindSafe(work)));
        self.finish(result.map_err(|payload| Error::Panicked(Panic::new(payload))));
    }

    fn refuse(&self, error: Error) {
        self.end_unstarted(error);
    }

    fn is_waiting(&self) -> bool {
        matches!(*self.stage.lock(), Stage::Queued { .. })
    }

    fn stop(&self, reason: Reason) {
        let mut stage = self.stage.lock();
        if let Stage::Running { hooks, .. } = &mut *stage {
            let stopping = hooks.stop(reason);
            drop(stage);
            stopping.tell();
        } else {
            drop(stage);
            self.end_unstarted(reason.error());
        }
    }

    fn stopped(&self) -> Option<Reason> {
        match &*self.stage.lock() {
            Stage::Running { hooks, .. } => hooks.reason(),
            _ => None,
        }
    }

    fn on_stop(&self, action: Action) -> Result<(), Action> {
        match &mut *self.stage.lock() {
            Stage::Running { hooks, .. } => hooks.on_stop(action),
            _ => Err(action),
        }
    }

    fn set_blocked(&self, waker: Option<Waker>) {
        if let Stage::Running { hooks, .. } = &mut *self.stage.lock() {
            hooks.set_blocked(waker);
        }
    }
}

fn wake(waker: Option<Waker>) {
    if let Some(waker) = waker {
        quietly(|| waker.wake());
    }
}
