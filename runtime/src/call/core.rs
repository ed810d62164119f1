//! What a cell keeps under its lock, and the operations on it that both sides of a call use.
//!
//! `caller` has those of the future, `run` those of the thread. All of them are compiled once for all calls: they know the contents as
//! `AnyContents`. Where contents have to leave the lock, the caller of an operation gives it an empty place for them, `out`.

use super::{
    contents::AnyContents, outcome::Ending, queued_in::QueuedIn, site::Site, stage::Stage,
    waiter::CallWaiter,
};
use crate::{
    error::Error,
    sync::{Mutex, MutexGuard},
    unwind::{drop_quietly, swallow_panic, wake_all},
};

/// The lock of a cell.
pub(crate) struct Core<O, C: ?Sized> {
    state: Mutex<CellState<O, C>>,
}

/// The core of a call of any type.
pub(crate) type AnyCore<O> = Core<O, dyn AnyContents>;

/// What it protects.
pub(crate) struct CellState<O, C: ?Sized> {
    pub(super) stage: Stage<O>,
    pub(super) contents: C,
}

/// The state of a call of any type.
pub(super) type AnyState<O> = CellState<O, dyn AnyContents>;

impl<O, C> Core<O, C> {
    pub(super) const fn new(stage: Stage<O>, contents: C) -> Self {
        Self {
            state: Mutex::new(CellState { stage, contents }),
        }
    }
}

impl<O, C: ?Sized> Core<O, C> {
    pub(super) fn lock(&self) -> MutexGuard<'_, CellState<O, C>> {
        self.state.lock()
    }

    pub(super) fn get_mut(&mut self) -> &mut CellState<O, C> {
        self.state.get_mut()
    }
}

impl<O> AnyCore<O> {
    /// Ends the call with `error` if its body has not started. The body is dropped before other threads can see that the call has
    /// ended.
    pub(crate) fn end_unstarted(
        &self,
        mut state: MutexGuard<'_, AnyState<O>>,
        site: &'static Site,
        error: Error,
        out: &mut dyn AnyContents,
    ) {
        let (mut waiter, wanted, leaving, on) = match state.stage.take() {
            Stage::Fresh { on } => (
                CallWaiter::NONE,
                true,
                QueuedIn::default().leave(),
                Some(on),
            ),
            Stage::Queued {
                waiter,
                wanted,
                queued_in,
                ..
            } => {
                site.meter().leave(match error {
                    Error::Cancelled => Ending::Cancelled,
                    _ => Ending::Refused,
                });
                (waiter, wanted, queued_in.leave(), None)
            }
            other => return state.stage.enter(other),
        };
        state.contents.swap(out.as_any());
        if wanted {
            waiter.set_error(error);
            state.stage.enter(Stage::Leaving { waiter });
        }
        drop(state);
        leaving.tell();
        clear_quietly(out);
        drop_quietly(on);
        self.end_leaving();
    }

    /// The arguments of a call that never runs have been dropped: tells its caller, unless that has dropped the call.
    fn end_leaving(&self) {
        let mut state = self.lock();
        match state.stage.take() {
            Stage::Leaving { mut waiter } => {
                let error = waiter
                    .take_error()
                    .expect("a call that leaves has an error");
                state.stage.enter(Stage::Failed(error));
                drop(state);
                wake_all(waiter.into_waker());
            }
            other => state.stage.enter(other),
        }
    }
}

/// Drops contents that nobody wants.
pub(super) fn clear_quietly(contents: &mut dyn AnyContents) {
    swallow_panic(|| contents.clear());
}
