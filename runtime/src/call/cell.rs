//! The job cell: one allocation that holds the body, later its result, and the waker of the task that waits for it.
//!
//! Every transition happens under one lock. The user's code (bodies, `Drop`, wakers, cancel actions) runs outside it. This
//! file knows no executor, so the model checker can compile it with its own lock.

use std::{mem, sync::Arc, task::Waker};

use super::{
    cancel::{CancelState, Reason, Stoppable},
    current,
    meter::{Begun, Meter},
    outcome::Ending,
    queued_in::{LeaveGuard, QueuedIn},
    site::{Located, Site},
    stage::Stage,
    traits::{Call, Run, Step},
    waker::NewWaker,
    withheld::Withheld,
};
use crate::{
    error::Error,
    sync::{Mutex, MutexGuard},
    unwind::{drop_quietly, wake_all},
};

/// The cell of a call. `F` is the body with its arguments, `R` its result, `O` the place where it is to run, `L` a handle to its site.
pub(crate) struct Cell<F, R, O, L> {
    pub(crate) site: L,
    pub(crate) stage: Mutex<Stage<F, R, O>>,
}

impl<F, R, O, L> Cell<F, R, O, L> {
    pub(crate) const fn new(site: L, work: F, on: O) -> Self {
        Self {
            site,
            stage: Mutex::new(Stage::Fresh { work, on }),
        }
    }

    /// A call that has ended already.
    pub(crate) const fn ended(site: L, result: Result<R, Error>) -> Self {
        Self {
            site,
            stage: Mutex::new(Stage::Done(result)),
        }
    }
}

impl<F, R, O, L: Located> Cell<F, R, O, L> {
    pub(crate) fn meter(&self) -> &'static Meter {
        self.site.site().meter()
    }

    /// Takes the body out to be run. It is counted as begun before other threads can see the stage `Running`.
    pub(crate) fn start(&self) -> Option<(F, Begun)> {
        let mut stage = self.stage.lock();
        match mem::replace(&mut *stage, Stage::Gone) {
            Stage::Queued {
                work,
                submitted_at,
                waker,
                wanted,
                awaited_by,
                ..
            } => {
                stage.enter(Stage::Running {
                    waker,
                    cancel: CancelState::new(wanted),
                    awaited_by,
                });
                Some((work, self.meter().begin(submitted_at)))
            }
            other => {
                stage.enter(other);
                None
            }
        }
    }

    /// Ends the call with `error` if its body has not started. The body is dropped before other threads can see that the call has
    /// ended.
    pub(crate) fn end_unstarted(&self, mut stage: MutexGuard<'_, Stage<F, R, O>>, error: Error) {
        let before = mem::replace(&mut *stage, Stage::Gone);
        let (waker, wanted, leaving, unrun) = match before {
            Stage::Fresh { work, on } => {
                (None, true, QueuedIn::default().leave(), (work, Some(on)))
            }
            Stage::Queued {
                work,
                waker,
                wanted,
                queued_in,
                ..
            } => {
                self.meter().leave(match error {
                    Error::Cancelled => Ending::Cancelled,
                    _ => Ending::Refused,
                });
                (waker, wanted, queued_in.leave(), (work, None))
            }
            other => {
                stage.enter(other);
                return;
            }
        };
        if wanted {
            let error = Box::new(error);
            stage.enter(Stage::Leaving { waker, error });
        }
        drop(stage);
        leaving.tell();
        let (work, on) = unrun;
        drop_quietly(work);
        drop_quietly(on);
        self.end_leaving();
    }

    /// The arguments of a call that never runs have been dropped: tells its caller, unless that has dropped the call.
    fn end_leaving(&self) {
        let mut stage = self.stage.lock();
        match mem::replace(&mut *stage, Stage::Gone) {
            Stage::Leaving { waker, error } => {
                stage.enter(Stage::Done(Err(*error)));
                drop(stage);
                wake_all(waker);
            }
            other => stage.enter(other),
        }
    }

    /// The caller of a running call has dropped it. Counted only the `first` time.
    pub(crate) fn count_abandoned(&self, first: bool) {
        if first {
            self.meter().abandon();
        }
    }

    /// Drops the arguments or the result of a call whose caller has dropped it.
    fn drop_abandoned(&self, before: Stage<F, R, O>, leaving: &LeaveGuard) {
        match before {
            // Never submitted: its captured values are dropped here, and panics propagate, as with any closure.
            fresh @ Stage::Fresh { .. } => drop(fresh),
            Stage::Queued { work, waker, .. } => {
                self.meter().leave(Ending::Cancelled);
                leaving.tell();
                // A thread of the pool could as well have dropped these, where a panic is swallowed; so it is swallowed here too. One by
                // one: a second panic during the unwinding of the first would abort the program.
                drop_quietly(waker);
                drop_quietly(work);
            }
            other => drop_quietly(other),
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
        self.stage.lock().begin(self.site.site())
    }

    fn begin_alone(&mut self) -> Option<O> {
        self.stage.get_mut().begin(self.site.site())
    }

    fn put_back(&self, on: O) {
        let mut stage = self.stage.lock();
        match mem::replace(&mut *stage, Stage::Gone) {
            Stage::Queued { work, .. } => {
                self.meter().leave(Ending::Refused);
                stage.enter(Stage::Fresh { work, on });
            }
            other => stage.enter(other),
        }
    }

    fn poll_alone(&mut self, waker: &Waker) -> Option<Step<R, O>> {
        let stage = self.stage.get_mut();
        // No other thread can see the cell, so the waker's code may run here.
        let waker = match stage {
            Stage::Fresh { .. } => Some(waker.clone()),
            Stage::Done(_) => None,
            _ => return None,
        };
        Some(stage.step(self.site.site(), waker))
    }

    fn is_over(&mut self) -> bool {
        matches!(self.stage.get_mut(), Stage::Gone)
    }

    fn poll(&self, waker: &Waker) -> Step<R, O> {
        let mut mine = NewWaker::new(waker);
        // Cloned and dropped outside the lock.
        let inside = current::blocked();
        loop {
            let mut stage = self.stage.lock();
            let (Stage::Queued { waker: slot, .. }
            | Stage::Running { waker: slot, .. }
            | Stage::Leaving { waker: slot, .. }) = &mut *stage
            else {
                break stage.step(self.site.site(), None);
            };
            let kept = mine.put(slot);
            let before = kept.then(|| stage.set_awaited_by(inside.as_ref()));
            drop(stage);
            if let Some(before) = before {
                before.tell(inside.as_ref());
                break Step::Pending;
            }
            mine.prepare();
        }
    }

    fn abandon(&self) {
        let mut stage = self.stage.lock();
        match &mut *stage {
            Stage::Gone | Stage::Queued { wanted: false, .. } => {}
            Stage::Running { cancel, .. } if !cancel.is_wanted() => {}
            Stage::Running { cancel, .. } => {
                let stop = cancel.stop(Reason::Abandoned);
                let first = cancel.caller_dropped();
                let left = stage.mark_unwanted();
                drop(stage);
                self.count_abandoned(first);
                drop_quietly(left);
                current::as_no_body(|| stop.fire());
            }
            // The arguments are dropped now, not when a thread takes the job.
            Stage::Fresh { .. } | Stage::Queued { .. } | Stage::Leaving { .. } | Stage::Done(_) => {
                let leaving = stage.leave();
                let before = mem::replace(&mut *stage, Stage::Gone);
                drop(stage);
                self.drop_abandoned(before, &leaving);
            }
        }
    }

    fn detach(&self) -> Option<Error> {
        let mut stage = self.stage.lock();
        let left = stage.mark_unwanted();
        if left.is_some() {
            drop(stage);
            drop_quietly(left);
            return None;
        }
        let before = mem::replace(&mut *stage, Stage::Gone);
        drop(stage);
        match before {
            Stage::Done(Err(error)) => Some(error),
            Stage::Leaving { waker, error } => {
                drop_quietly(waker);
                Some(*error)
            }
            other => {
                // Dropping the result may panic, and no caller is left to get that panic.
                drop_quietly(other);
                None
            }
        }
    }

    fn cancel(&self) {
        self.stop(Reason::Cancelled);
    }

    fn is_finished(&self) -> bool {
        matches!(*self.stage.lock(), Stage::Done(_) | Stage::Gone)
    }

    fn withhold(self: Arc<Self>) -> Option<Arc<dyn Call<R, O>>> {
        Some(Arc::new(Withheld::new(self)))
    }

    fn site(&self) -> &'static Site {
        self.site.site()
    }

    fn job(self: Arc<Self>) -> Arc<dyn Run> {
        self
    }
}
