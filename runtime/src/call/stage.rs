//! The stages a call goes through.

use std::{mem, sync::Arc, task::Waker};

use super::{
    blocked::Blocked,
    cancel::{CancelState, Disarmed, Reason},
    current,
    meter::SubmittedAt,
    queued_in::{LeaveGuard, LineMark, QueuedIn},
    site::Site,
    traits::Step,
};
use crate::error::Error;

/// The stage of a call.
pub(crate) enum Stage<F, R, O> {
    /// Made, not submitted.
    Fresh { work: F, on: O },
    /// Submitted. `wanted` is false once the caller has detached.
    Queued {
        work: F,
        submitted_at: SubmittedAt,
        waker: Option<Waker>,
        wanted: bool,
        queued_in: QueuedIn,
        line: LineMark,
        /// The `block_on` in which the call was polled, if that was the last poll: its body waits for the call.
        awaited_by: Option<Arc<Blocked>>,
    },
    /// The body runs. `cancel` also knows whether its result is wanted.
    Running {
        waker: Option<Waker>,
        cancel: CancelState,
        /// As while it was queued.
        awaited_by: Option<Arc<Blocked>>,
    },
    /// It never runs, and ends with `error` once its arguments are dropped. Its caller still has the future. The error is boxed, so that
    /// this stage does not make every call larger.
    Leaving {
        waker: Option<Waker>,
        error: Box<Error>,
    },
    /// The result is stored for the caller.
    Done(Result<R, Error>),
    /// The result was taken, or the caller has dropped the call.
    Gone,
}

/// The body that awaited a call before, and the queue of the call.
#[derive(Default)]
pub(crate) struct AwaitedBefore {
    by: Option<Arc<Blocked>>,
    queued_in: QueuedIn,
}

impl AwaitedBefore {
    /// Tells the queue which body awaits the call now.
    pub(crate) fn tell(self, now: Option<&Arc<Blocked>>) {
        drop(self.by);
        if let Some(now) = now {
            self.queued_in.tell_awaited(&(Arc::clone(now) as _));
        }
    }
}

impl<F, R, O> Stage<F, R, O> {
    /// Sets the next stage. The current one must have been taken out, so that nothing is dropped under the lock.
    pub(crate) fn enter(&mut self, next: Self) {
        debug_assert!(matches!(self, Self::Gone));
        mem::forget(mem::replace(self, next));
    }

    /// The stage of a call that is submitted now. `waker` belongs to the task that awaits it, if there is one.
    pub(crate) fn queued(work: F, site: &'static Site, waker: Option<Waker>) -> Self {
        let awaited_by = waker.as_ref().and_then(|_| current::blocked());
        if let Some(by) = &awaited_by {
            by.awaits_another();
        }
        Self::Queued {
            work,
            submitted_at: site.meter().queue(site),
            waker,
            wanted: true,
            queued_in: QueuedIn::default(),
            line: LineMark::default(),
            awaited_by,
        }
    }

    /// Starts a call that no task awaits yet. Returns the place where to submit it, the first time.
    pub(crate) fn begin(&mut self, site: &'static Site) -> Option<O> {
        match mem::replace(self, Self::Gone) {
            Self::Fresh { work, on } => {
                self.enter(Self::queued(work, site, None));
                Some(on)
            }
            other => {
                self.enter(other);
                None
            }
        }
    }

    /// Whether the call was submitted, has not ended, and its caller still has the future.
    pub(crate) const fn is_wanted(&self) -> bool {
        match self {
            Self::Queued { wanted, .. } => *wanted,
            Self::Running { cancel, .. } => cancel.is_wanted(),
            Self::Leaving { .. } => true,
            Self::Fresh { .. } | Self::Done(_) | Self::Gone => false,
        }
    }

    /// The call is polled in the `block_on` `by`, or in none. Returns the previous body, to be dropped without holding a lock, and the
    /// queue to be told.
    pub(crate) fn set_awaited_by(&mut self, by: Option<&Arc<Blocked>>) -> AwaitedBefore {
        let queued_in = match self {
            Self::Queued { queued_in, .. } => Some(*queued_in),
            _ => None,
        };
        let (Self::Queued { awaited_by, .. } | Self::Running { awaited_by, .. }) = self else {
            return AwaitedBefore::default();
        };
        let same = |one: &Arc<Blocked>| by.is_some_and(|other| Arc::ptr_eq(one, other));
        if awaited_by.as_ref().is_some_and(same) {
            return AwaitedBefore::default();
        }
        if let Some(by) = by {
            by.awaits_started();
            if queued_in.is_some() {
                by.awaits_another();
            }
        }
        AwaitedBefore {
            by: mem::replace(awaited_by, by.cloned()),
            queued_in: queued_in.unwrap_or_default(),
        }
    }

    /// The caller detaches a queued or running call. Returns what must be dropped without holding a lock.
    pub(crate) fn mark_unwanted(&mut self) -> Option<(Option<Waker>, Option<Arc<Blocked>>)> {
        let (waker, awaited_by) = match self {
            Self::Queued {
                waker,
                wanted,
                awaited_by,
                ..
            } => {
                *wanted = false;
                (waker, awaited_by)
            }
            Self::Running {
                waker,
                cancel,
                awaited_by,
            } => {
                cancel.mark_unwanted();
                (waker, awaited_by)
            }
            _ => return None,
        };
        Some((waker.take(), awaited_by.take()))
    }

    /// The call is about to die. Its queue, if it is in one, counts it until its arguments are dropped.
    pub(crate) fn leave(&self) -> LeaveGuard {
        match self {
            Self::Queued { queued_in, .. } => queued_in.leave(),
            _ => QueuedIn::default().leave(),
        }
    }

    /// Why a running body was asked to stop, if it was.
    pub(crate) const fn stopped(&self) -> Option<Reason> {
        match self {
            Self::Running { cancel, .. } => cancel.reason(),
            _ => None,
        }
    }

    /// Takes the cancel actions of a running body, which is about to end.
    pub(crate) fn disarm(&mut self) -> Option<Disarmed> {
        match self {
            Self::Running { cancel, .. } => cancel.disarm(),
            _ => None,
        }
    }

    /// The next step of a call that is neither queued nor running.
    pub(crate) fn step(&mut self, site: &'static Site, waker: Option<Waker>) -> Step<R, O> {
        match mem::replace(self, Self::Gone) {
            Self::Fresh { work, on } => {
                self.enter(Self::queued(work, site, waker));
                Step::Submit(on)
            }
            Self::Done(result) => Step::Ready(result),
            _ => panic!("an offloaded call was polled after it had completed"),
        }
    }
}

/// It is part of every call: five words, and the time of submission where that is measured.
#[cfg(target_pointer_width = "64")]
#[test]
fn the_stage_of_a_small_call_is_small() {
    assert!(size_of::<Stage<(), (), ()>>() <= 40 + size_of::<SubmittedAt>());
}
