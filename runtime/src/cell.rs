//! The job cell: one allocation that holds the body, then its result, and whoever waits for it.
//!
//! Every transition happens under one lock, and code of the user's (bodies, `Drop`, wakers, hooks) runs outside it.
//! Nothing in here knows an executor, so that the model checker can compile this file with its own lock.

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
    job::{Call, Run, Step},
    quiet::{drop_quietly, wake_all},
    site::{Located, Site},
    stage::Stage,
    stats::Ended,
    sync::{Mutex, MutexGuard},
    waiting::Waiting,
};

/// The cell of a call: `F` is the body with its arguments, `R` its result, `O` where it is to run, `L` leads to its site.
pub(crate) struct Cell<F, R, O, L> {
    site: L,
    stage: Mutex<Stage<F, R, O>>,
}

impl<F, R, O, L> Cell<F, R, O, L> {
    pub(crate) const fn new(site: L, work: F, on: O) -> Self {
        Self {
            site,
            stage: Mutex::new(Stage::Fresh { work, on }),
        }
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

    /// A call that has ended already.
    pub(crate) const fn ended(site: L, result: Result<R, Error>) -> Self {
        Self {
            site,
            stage: Mutex::new(Stage::Done(result)),
        }
    }

    /// Ends the call with `error` if its body has not started. The body is dropped before anybody can see the end.
    fn end_unstarted(&self, mut stage: MutexGuard<'_, Stage<F, R, O>>, error: Error) {
        let before = mem::replace(&mut *stage, Stage::Gone);
        let (waker, wanted, unrun) = match before {
            Stage::Fresh { work, on } => (None, true, (work, Some(on))),
            Stage::Queued {
                work,
                waker,
                wanted,
            } => (waker, wanted, (work, None)),
            other => {
                *stage = other;
                return;
            }
        };
        *stage = Stage::Running {
            waker,
            wanted,
            hooks: Hooks::default(),
        };
        drop(stage);
        drop_quietly(unrun);
        self.finish(Err(error));
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
            wake_all(waker);
        } else {
            drop(stage);
            drop_quietly(before);
            drop_quietly(result);
        }
    }
}

impl<F, R, O, L> Call<R, O> for Cell<F, R, O, L>
where
    L: Located,
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
            let (Stage::Queued { waker: slot, .. } | Stage::Running { waker: slot, .. }) =
                &mut *stage
            else {
                break stage.step();
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
            Stage::Gone
            | Stage::Queued { wanted: false, .. }
            | Stage::Running { wanted: false, .. } => {}
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
        if let Stage::Queued { waker, wanted, .. } | Stage::Running { waker, wanted, .. } =
            &mut *stage
        {
            *wanted = false;
            let waker = waker.take();
            drop(stage);
            drop(waker);
            return None;
        }
        let before = mem::replace(&mut *stage, Stage::Gone);
        drop(stage);
        match before {
            Stage::Done(Err(error)) => Some(error),
            _ => None,
        }
    }

    fn is_finished(&self) -> bool {
        matches!(*self.stage.lock(), Stage::Done(_) | Stage::Gone)
    }

    fn site(&self) -> &'static Site {
        self.site.site()
    }

    fn job(self: Arc<Self>) -> Arc<dyn Run> {
        self
    }
}

impl<F, R, O, L> Run for Cell<F, R, O, L>
where
    L: Located,
    F: FnOnce() -> R + Send + 'static,
    R: Send + 'static,
    O: Send + 'static,
{
    fn run(self: Arc<Self>, caller: Option<Arc<Waiting>>, settle: &mut dyn FnMut(Ended)) {
        let Some(work) = self.start() else {
            return settle(Ended::Skipped);
        };
        let job: Arc<dyn Run> = Arc::clone(&self) as _;
        match body::enter(job, caller, || catch_unwind(AssertUnwindSafe(work))) {
            Ok(value) => {
                settle(Ended::Done);
                self.finish(Ok(value));
            }
            Err(payload) => {
                settle(Ended::Panicked);
                self.finish(Err(Error::Panicked(Panic::new(payload))));
            }
        }
    }

    fn refuse(&self, error: Error) {
        self.end_unstarted(self.stage.lock(), error);
    }

    fn is_waiting(&self) -> bool {
        matches!(*self.stage.lock(), Stage::Queued { .. })
    }

    fn is_nested(&self) -> bool {
        false
    }

    fn stop(&self, reason: Reason) {
        let mut stage = self.stage.lock();
        if let Stage::Running { hooks, .. } = &mut *stage {
            let stopping = hooks.stop(reason);
            drop(stage);
            stopping.tell();
        } else {
            self.end_unstarted(stage, reason.error());
        }
    }

    fn stopped(&self) -> Option<Reason> {
        self.stage.lock().stopped()
    }

    fn on_stop(&self, action: Action) -> Result<(), Action> {
        match &mut *self.stage.lock() {
            Stage::Running { hooks, .. } => hooks.on_stop(action),
            _ => Err(action),
        }
    }

    fn end_requests(&self) {
        let ended = self.stage.lock().end_requests();
        if let Some(ended) = ended {
            ended.wait();
        }
    }

    fn set_blocked(&self, waker: Option<Waker>) {
        if let Stage::Running { hooks, .. } = &mut *self.stage.lock() {
            hooks.set_blocked(waker);
        }
    }
}
