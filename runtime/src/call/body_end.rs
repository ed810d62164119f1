//! What the thread of a body does when the body has ended.

use super::{
    core::{AnyCore, AnyState, clear_quietly},
    ends_body::EndedBody,
    outcome::Ending,
    site::Site,
    stage::Stage,
    waiter::CallWaiter,
};
use crate::{
    error::{Error, Panic},
    sync::MutexGuard,
    unwind::{drop_quietly, swallow_panic, wake_all},
};

impl<O> AnyCore<O> {
    pub(super) fn end_body(&self, site: &'static Site, mut body: EndedBody<'_>) {
        let ending = if body.panic.is_some() {
            Ending::Panicked
        } else {
            Ending::Done
        };
        let (state, kept) = self.lock_to_end(&mut body);
        body.count(site, ending);
        finish(state, &mut body, kept);
    }

    /// Locks the state, to store the result. An unwanted result is dropped before that, as a part of the body: its `Drop` may call
    /// `block_on`, so the body must still count as running and its thread as occupied. If the caller drops the call later, it drops the
    /// result itself. Returns whether there is a result.
    fn lock_to_end(&self, body: &mut EndedBody<'_>) -> (MutexGuard<'_, AnyState<O>>, bool) {
        let state = self.lock();
        if state.stage.is_wanted() || body.panic.is_none() && !body.value.value_needs_drop() {
            return (state, true);
        }
        drop(state);
        let (value, panic) = (&mut *body.value, &mut body.panic);
        (body.as_body)(&mut || {
            drop_quietly(panic.take());
            clear_quietly(value);
        });
        (self.lock(), false)
    }
}

/// Stores the result for the caller, or drops it if it is unwanted.
fn finish<O>(mut state: MutexGuard<'_, AnyState<O>>, body: &mut EndedBody<'_>, kept: bool) {
    let left = if kept { state.stage.end() } else { None };
    let Some(waiter) = left else {
        let before = state.stage.take();
        drop(state);
        drop_quietly(before);
        drop_quietly(body.panic.take());
        return clear_quietly(body.value);
    };
    state.contents.swap(body.value.as_any());
    state.stage.enter(match body.panic.take() {
        None => Stage::Done,
        Some(payload) => Stage::Failed(Box::new(Error::Panicked(Panic::new(payload)))),
    });
    drop(state);
    wake_caller(waiter);
}

/// Wakes the caller of a call that has ended, and drops what its body has left behind.
pub(super) fn wake_caller(waiter: CallWaiter) {
    wake_all(waiter.into_waker());
}

impl EndedBody<'_> {
    /// Counts the end. Called under the lock of the call, before its caller can see the result.
    pub(super) fn count(&mut self, site: &'static Site, ending: Ending) {
        let times = site.meter().end(self.begun, ending);
        swallow_panic(|| (self.settle)(ending, times));
    }
}
