//! The stages a call goes through.

use std::{mem, sync::Arc, task::Waker};

use super::{
    blocked::Blocked,
    cancel::{CancelState, Disarmed, Reason},
    current,
    meter::Ticket,
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
        ticket: Ticket,
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
    /// It never runs, and ends with `error` when its arguments are gone. Its caller waits or may come back. The error is boxed, so that
    /// no call takes more room for this.
    Leaving {
        waker: Option<Waker>,
        error: Box<Error>,
    },
    /// The result waits for its caller.
    Done(Result<R, Error>),
    /// The result was taken, or nobody is left to take it.
    Gone,
}

/// Who awaited a call before, and where it waits.
#[derive(Default)]
pub(crate) struct AwaitedBefore {
    by: Option<Arc<Blocked>>,
    queued_in: QueuedIn,
}

impl AwaitedBefore {
    /// Tells the queue who awaits the call now.
    pub(crate) fn tell(self, now: Option<&Arc<Blocked>>) {
        drop(self.by);
        if let Some(now) = now {
            self.queued_in.tell_awaited(&(Arc::clone(now) as _));
        }
    }
}

impl<F, R, O> Stage<F, R, O> {
    /// Enters the next stage after this one was taken out: there is nothing to drop.
    pub(crate) fn enter(&mut self, next: Self) {
        debug_assert!(matches!(self, Self::Gone));
        mem::forget(mem::replace(self, next));
    }

    /// The stage of a call of the function at `site` that is submitted now. `waker` is that of the task that waits for it,
    /// if one does.
    pub(crate) fn queued(work: F, site: &'static Site, waker: Option<Waker>) -> Self {
        let awaited_by = waker.as_ref().and_then(|_| current::blocked());
        if let Some(by) = &awaited_by {
            by.awaits_another();
        }
        Self::Queued {
            work,
            ticket: site.meter().queue(site),
            waker,
            wanted: true,
            queued_in: QueuedIn::default(),
            line: LineMark::default(),
            awaited_by,
        }
    }

    /// The first step of a call that no task waits for yet: returns where to submit it, once.
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

    /// Whether a call that was submitted has not ended, and its caller waits or may come back.
    pub(crate) const fn is_wanted(&self) -> bool {
        match self {
            Self::Queued { wanted, .. } => *wanted,
            Self::Running { cancel, .. } => cancel.is_wanted(),
            Self::Leaving { .. } => true,
            Self::Fresh { .. } | Self::Done(_) | Self::Gone => false,
        }
    }

    /// The call is polled in the `block_on` that is `by`, or in none. Returns what was there before, to be dropped where no lock is held,
    /// and the queue that is to be told.
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

    /// The caller goes, of a call whose body runs or is to run. What it leaves behind is to be dropped where no lock is held.
    pub(crate) fn let_go(&mut self) -> Option<(Option<Waker>, Option<Arc<Blocked>>)> {
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
                cancel.let_go();
                (waker, awaited_by)
            }
            _ => return None,
        };
        Some((waker.take(), awaited_by.take()))
    }

    /// The call is about to die: its queue, if it waits in one, counts it until its arguments are gone.
    pub(crate) fn leave(&self) -> LeaveGuard {
        match self {
            Self::Queued { queued_in, .. } => queued_in.leave(),
            _ => QueuedIn::default().leave(),
        }
    }

    /// Why a running body should stop, if it should.
    pub(crate) const fn stopped(&self) -> Option<Reason> {
        match self {
            Self::Running { cancel, .. } => cancel.reason(),
            _ => None,
        }
    }

    /// The requests of a running body. They are no longer needed when the body ends.
    pub(crate) fn disarm(&mut self) -> Option<Disarmed> {
        match self {
            Self::Running { cancel, .. } => cancel.disarm(),
            _ => None,
        }
    }

    /// The next step of a call that need not be waited for.
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

/// Every call that waits or runs takes it: five words, and when it began to wait, where that is measured.
#[cfg(target_pointer_width = "64")]
#[test]
fn the_stage_of_a_small_call_is_small() {
    assert!(size_of::<Stage<(), (), ()>>() <= 40 + size_of::<Ticket>());
}
