//! The operations of the future on its call.
//!
//! Every transition happens under one lock. The user's code (bodies, `Drop`, wakers, cancel actions) runs outside it. This
//! file knows no executor, so the model checker can compile it with its own lock.

use std::{any::Any, task::Waker};

use super::{
    cancel::Reason,
    contents::{AnyContents, Next},
    core::{AnyCore, clear_quietly},
    current,
    outcome::Ending,
    queued_in::LeaveGuard,
    site::Site,
    stage::Stage,
    waker::NewWaker,
};
use crate::{error::Error, unwind::drop_quietly};

impl<O> AnyCore<O> {
    pub(super) fn begin(&self, site: &'static Site) -> Option<O> {
        self.lock().stage.begin(site)
    }

    pub(super) fn put_back(&self, site: &'static Site, on: O) {
        let mut state = self.lock();
        match state.stage.take() {
            Stage::Queued { .. } => {
                site.meter().leave(Ending::Refused);
                state.stage.enter(Stage::Fresh { on });
            }
            other => state.stage.enter(other),
        }
    }

    pub(super) fn is_finished(&self) -> bool {
        let stage = &self.lock().stage;
        matches!(stage, Stage::Done | Stage::Failed(_) | Stage::Gone)
    }

    pub(super) fn poll(&self, site: &'static Site, waker: &Waker, out: &mut dyn Any) -> Next<O> {
        let mut mine = NewWaker::new(waker);
        // Cloned and dropped outside the lock.
        let inside = current::blocked();
        loop {
            let mut state = self.lock();
            let Some(waiter) = state.stage.waiter() else {
                let next = state.stage.step(site);
                if matches!(next, Next::Ready) {
                    state.contents.swap(out);
                }
                break next;
            };
            let kept = mine.put(waiter);
            let before = kept.then(|| state.stage.set_awaited_by(inside.as_ref()));
            drop(state);
            if let Some(before) = before {
                before.tell(inside.as_ref());
                break Next::Pending;
            }
            mine.prepare();
        }
    }

    pub(super) fn abandon(&self, site: &'static Site, out: &mut dyn AnyContents) {
        let mut state = self.lock();
        match &mut state.stage {
            Stage::Gone | Stage::Queued { wanted: false, .. } => {}
            Stage::Running { cancel, .. } if !cancel.is_wanted() => {}
            Stage::Running { cancel, waiter } => {
                let stop = cancel.stop(waiter.registered(), Reason::Abandoned);
                let first = cancel.caller_dropped();
                let left = state.stage.mark_unwanted();
                drop(state);
                count_abandoned(site, first);
                drop_quietly(left);
                current::as_no_body(|| stop.fire());
            }
            // The arguments are dropped now, not when a thread takes the job.
            Stage::Fresh { .. }
            | Stage::Queued { .. }
            | Stage::Leaving { .. }
            | Stage::Done
            | Stage::Failed(_) => {
                let leaving = state.stage.leave();
                let before = state.stage.take();
                state.contents.swap(out.as_any());
                drop(state);
                drop_abandoned(site, before, &leaving, out);
            }
        }
    }

    pub(super) fn detach(&self, out: &mut dyn AnyContents) -> Option<Error> {
        let mut state = self.lock();
        let left = state.stage.mark_unwanted();
        if left.is_some() {
            drop(state);
            drop_quietly(left);
            return None;
        }
        let before = state.stage.take();
        state.contents.swap(out.as_any());
        drop(state);
        // Dropping the result may panic, and no caller is left to get that panic.
        clear_quietly(out);
        match before {
            Stage::Failed(error) => Some(*error),
            Stage::Leaving { mut waiter } => {
                let error = waiter.take_error();
                drop_quietly(waiter);
                error.map(|error| *error)
            }
            other => {
                drop_quietly(other);
                None
            }
        }
    }
}

/// The caller of a running call has dropped it. Counted only the `first` time.
pub(super) fn count_abandoned(site: &'static Site, first: bool) {
    if first {
        site.meter().abandon();
    }
}

/// Drops the arguments or the result of a call whose caller has dropped it.
fn drop_abandoned<O>(
    site: &'static Site,
    before: Stage<O>,
    leaving: &LeaveGuard,
    contents: &mut dyn AnyContents,
) {
    match before {
        // Never submitted: its captured values are dropped here, and panics propagate, as with any closure.
        Stage::Fresh { on } => {
            contents.clear();
            drop(on);
        }
        Stage::Queued { waiter, .. } => {
            site.meter().leave(Ending::Cancelled);
            leaving.tell();
            // A thread of the pool could as well have dropped these, where a panic is swallowed; so it is swallowed here too. One by
            // one: a second panic during the unwinding of the first would abort the program.
            drop_quietly(waiter);
            clear_quietly(contents);
        }
        other => {
            drop_quietly(other);
            clear_quietly(contents);
        }
    }
}
