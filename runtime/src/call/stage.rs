//! The stages a call goes through.

use std::{mem, sync::Arc, task::Waker};

use super::{
    block_on::blocked::Blocked,
    cancel::{CancelState, Disarmed, OnCancel, Reason},
    contents::Next,
    current,
    meter::SubmittedAt,
    queued_in::{LeaveGuard, LineMark, QueueNumber, QueuedIn},
    site::Site,
    traits::Entry,
    waiter::CallWaiter,
};
use crate::error::Error;

/// The stage of a call. Its body, and later its result, are beside it, in `contents`.
pub(crate) enum Stage<O> {
    /// Made, not submitted.
    Fresh { on: O },
    /// Submitted. `wanted` is false once the caller has detached.
    Queued {
        submitted_at: SubmittedAt,
        waiter: CallWaiter,
        wanted: bool,
        queued_in: QueuedIn,
        line: LineMark,
    },
    /// The body runs, and the contents are with its thread. `cancel` also knows whether its result is wanted. What the body has registered
    /// is beside the `waiter`.
    Running {
        waiter: CallWaiter,
        cancel: CancelState,
    },
    /// It never runs, and ends once its arguments, which have been taken out, are dropped. Its error is beside the `waiter`.
    Leaving { waiter: CallWaiter },
    /// The result is in the contents for the caller.
    Done,
    /// The call has no result.
    Failed(Box<Error>),
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

impl<O> Stage<O> {
    /// Sets the next stage. The current one must have been taken out, so that nothing is dropped under the lock.
    pub(crate) fn enter(&mut self, next: Self) {
        debug_assert!(matches!(self, Self::Gone));
        self.set(next);
    }

    /// Sets the next stage, after all that can be dropped was taken out of the current one.
    const fn set(&mut self, next: Self) {
        mem::forget(mem::replace(self, next));
    }

    pub(crate) const fn take(&mut self) -> Self {
        mem::replace(self, Self::Gone)
    }

    /// The stage of a call that is submitted now. `waker` belongs to the task that awaits it, if there is one.
    #[inline]
    pub(crate) fn queued(site: &'static Site, waker: Option<Waker>) -> Self {
        let awaited_by = waker.as_ref().and_then(|_| current::blocked());
        if let Some(by) = &awaited_by {
            by.awaits_another();
        }
        Self::Queued {
            submitted_at: site.meter().queue(site),
            waiter: CallWaiter::new(waker, awaited_by),
            wanted: true,
            queued_in: QueuedIn::default(),
            line: LineMark::default(),
        }
    }

    /// Whether the result is in the contents. It is to be taken then.
    #[inline]
    pub(crate) const fn take_done(&mut self) -> bool {
        let is_done = matches!(self, Self::Done);
        if is_done {
            self.set(Self::Gone);
        }
        is_done
    }

    /// The next step of a call that is neither queued nor running.
    pub(crate) fn step(&mut self, site: &'static Site) -> Next<O> {
        if self.take_done() {
            return Next::Ready;
        }
        match self.take() {
            Self::Fresh { on } => {
                self.enter(Self::queued(site, None));
                Next::Submit(on)
            }
            Self::Failed(error) => Next::Failed(error),
            _ => panic!("an offloaded call was polled after it had completed"),
        }
    }

    /// Submits a call that no other thread can see, so that the waker's code may run here. `None` if it was submitted before.
    pub(crate) fn submit_alone(&mut self, site: &'static Site, waker: &Waker) -> Option<O> {
        if !matches!(self, Self::Fresh { .. }) {
            return None;
        }
        let queued = Self::queued(site, Some(waker.clone()));
        match mem::replace(self, queued) {
            Self::Fresh { on } => Some(on),
            _ => None,
        }
    }

    /// Takes the error of a call that has failed.
    pub(crate) fn take_failed(&mut self) -> Option<Box<Error>> {
        if !matches!(self, Self::Failed(_)) {
            return None;
        }
        match self.take() {
            Self::Failed(error) => Some(error),
            _ => None,
        }
    }

    /// The body begins. Returns when the call was submitted. `None` if it is not queued.
    pub(crate) fn run(&mut self) -> Option<SubmittedAt> {
        let Self::Queued {
            submitted_at,
            waiter,
            wanted,
            ..
        } = self
        else {
            return None;
        };
        let submitted_at = *submitted_at;
        let (waiter, cancel) = (waiter.take(), CancelState::new(*wanted));
        self.set(Self::Running { waiter, cancel });
        Some(submitted_at)
    }

    /// The call enters that `line` of `queue`.
    pub(crate) fn enter_queue(&mut self, queue: &QueueNumber, in_line: LineMark) -> Entry {
        let Self::Queued {
            queued_in,
            line,
            waiter,
            ..
        } = self
        else {
            return Entry::Dead;
        };
        *queued_in = queue.as_queued_in();
        *line = in_line;
        if !waiter.is_any() {
            return Entry::Started;
        }
        let by = waiter.awaited_in();
        by.map_or(Entry::Waits, Entry::AwaitedIn)
    }

    /// The body has ended, and the stage of its result must follow. Returns who waits for it, with what the body has left behind. `None` if
    /// nobody wants the result.
    pub(crate) const fn end(&mut self) -> Option<CallWaiter> {
        match self {
            Self::Running { waiter, cancel } if cancel.is_wanted() => {
                let waiter = waiter.take();
                self.set(Self::Gone);
                Some(waiter)
            }
            _ => None,
        }
    }

    /// Starts a call that no task awaits yet. Returns the place where to submit it, the first time.
    pub(crate) fn begin(&mut self, site: &'static Site) -> Option<O> {
        match self.take() {
            Self::Fresh { on } => {
                self.enter(Self::queued(site, None));
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
            Self::Fresh { .. } | Self::Done | Self::Failed(_) | Self::Gone => false,
        }
    }

    /// Who waits for a call that has not ended.
    pub(crate) const fn waiter(&mut self) -> Option<&mut CallWaiter> {
        match self {
            Self::Queued { waiter, .. }
            | Self::Running { waiter, .. }
            | Self::Leaving { waiter } => Some(waiter),
            _ => None,
        }
    }

    /// The call is polled in the `block_on` `by`, or in none. Returns the previous body, to be dropped without holding a lock, and the
    /// queue to be told.
    pub(crate) fn set_awaited_by(&mut self, by: Option<&Arc<Blocked>>) -> AwaitedBefore {
        let queued_in = match self {
            Self::Queued { queued_in, .. } => Some(*queued_in),
            _ => None,
        };
        let (Self::Queued { waiter, .. } | Self::Running { waiter, .. }) = self else {
            return AwaitedBefore::default();
        };
        let same = |one: &Arc<Blocked>| by.is_some_and(|other| Arc::ptr_eq(one, other));
        if waiter.awaited_by().is_some_and(same) {
            return AwaitedBefore::default();
        }
        if let Some(by) = by {
            by.awaits_started();
            if queued_in.is_some() {
                by.awaits_another();
            }
        }
        AwaitedBefore {
            by: waiter.set_awaited_by(by.cloned()),
            queued_in: queued_in.unwrap_or_default(),
        }
    }

    /// The caller detaches a queued or running call. Returns what must be dropped without holding a lock.
    pub(crate) fn mark_unwanted(&mut self) -> Option<CallWaiter> {
        match self {
            Self::Queued { waiter, wanted, .. } => {
                *wanted = false;
                Some(waiter.take())
            }
            Self::Running { waiter, cancel } => {
                cancel.mark_unwanted();
                Some(waiter.take_caller())
            }
            _ => None,
        }
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
            Self::Running { waiter, .. } => waiter.take_on_cancel().map(OnCancel::disarm),
            _ => None,
        }
    }
}

/// It is part of every call: three words, and the time of submission where that is measured.
#[cfg(target_pointer_width = "64")]
#[test]
fn the_stage_of_a_call_is_small() {
    assert!(size_of::<Stage<()>>() <= 24 + size_of::<SubmittedAt>());
}
