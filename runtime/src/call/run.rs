//! The job cell, as its executor and its running body use it.
//!
//! The rules are those of `cell.rs`: transitions under the lock, user code outside it. The end of a body is counted under that lock too.
//! So a thread that reads "nothing runs" can also read the result, and the reverse.

use std::{
    mem,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    task::Waker,
    thread,
};

use super::{
    blocked::{Blocked, RunningCall},
    cancel::{Action, Reason, Stoppable},
    cell::Cell,
    current,
    meter::{SubmittedAt, Times},
    outcome::Ending,
    queued_in::{LineMark, QueueNumber},
    site::{Located, Site},
    stage::Stage,
    traits::{Around, Entry, Run},
};
use crate::{
    error::Error,
    sync::MutexGuard,
    unwind::{drop_quietly, swallow_panic, wake_all},
};

/// The ending of a body with this result.
pub(super) const fn ending<R>(result: &thread::Result<R>) -> Ending {
    match result {
        Ok(_) => Ending::Done,
        Err(_) => Ending::Panicked,
    }
}

/// Identifies a `block_on`.
fn address(block_on: &Arc<Blocked>) -> usize {
    Arc::as_ptr(block_on).addr()
}

/// Runs `work` inside `around`. Both may panic. A panic of `around` after the body does not change the body's result.
fn run_body<R>(work: impl FnOnce() -> R, around: Option<Around<'_>>) -> thread::Result<R> {
    let Some(around) = around else {
        return catch_unwind(AssertUnwindSafe(work));
    };
    let (mut work, mut result) = (Some(work), None);
    let mut run = || {
        if let Some(work) = work.take() {
            result = Some(catch_unwind(AssertUnwindSafe(work)));
        }
        result.as_ref().map_or(Ending::Panicked, ending)
    };
    swallow_panic(|| around(&mut run));
    // If `around` panicked before it ran the body, the body runs here.
    run();
    result.expect("a body runs once")
}

impl<F, R, O, L> Cell<F, R, O, L> {
    /// Locks the stage, to store the result. An unwanted result is dropped before that, by `as_body`: its `Drop` may call `block_on`, so
    /// the body must still count as running and its thread as occupied. If the caller drops the call later, it drops the result itself.
    pub(super) fn lock_with(
        &self,
        result: &mut Option<thread::Result<R>>,
        as_body: impl FnOnce(&mut dyn FnMut()),
    ) -> MutexGuard<'_, Stage<F, R, O>> {
        let stage = self.stage.lock();
        let harmless = matches!(result, Some(Ok(_))) && !mem::needs_drop::<R>();
        if harmless || stage.is_wanted() {
            return stage;
        }
        drop(stage);
        as_body(&mut || drop_quietly(result.take()));
        self.stage.lock()
    }

    /// Stores the result for the caller, or drops it if it is unwanted. `None` if it has been dropped.
    pub(super) fn finish(
        mut stage: MutexGuard<'_, Stage<F, R, O>>,
        result: Option<Result<R, Error>>,
    ) {
        match (mem::replace(&mut *stage, Stage::Gone), result) {
            (
                Stage::Running {
                    waker,
                    cancel,
                    awaited_by,
                },
                Some(result),
            ) if cancel.is_wanted() => {
                stage.enter(Stage::Done(result));
                drop(stage);
                drop(awaited_by);
                drop(cancel);
                wake_all(waker);
            }
            (before, result) => {
                drop(stage);
                drop_quietly(before);
                drop_quietly(result);
            }
        }
    }
}

impl<F, R, O, L> Run for Cell<F, R, O, L>
where
    L: Located,
    F: FnOnce() -> R + Send + 'static,
    R: Send + 'static,
    O: Send + 'static,
{
    fn run(self: Arc<Self>, around: Option<Around<'_>>, settle: &mut dyn FnMut(Ending, Times)) {
        let Some((work, begun)) = self.start() else {
            return settle(Ending::Cancelled, Times::ZERO);
        };
        // The call is moved in and returned, which saves a reference count for each body.
        let (gave, call, slot) = current::enter(self, None, || run_body(work, around));
        call.end(slot, begun, &mut Some(gave), settle);
    }

    fn site(&self) -> &'static Site {
        self.site.site()
    }

    fn submitted_at(&self) -> Option<SubmittedAt> {
        match &*self.stage.lock() {
            Stage::Queued { submitted_at, .. } => Some(*submitted_at),
            _ => None,
        }
    }

    fn refuse(&self, error: Error) {
        self.end_unstarted(self.stage.lock(), error);
    }

    fn ask_to_stop(&self) {
        let mut stage = self.stage.lock();
        let first = match &mut *stage {
            Stage::Running { cancel, .. } => cancel.is_wanted() && cancel.caller_dropped(),
            _ => false,
        };
        drop(stage);
        self.count_abandoned(first);
        self.stop(Reason::Abandoned);
    }

    fn has_ended(&self) -> bool {
        !self.stage.lock().is_wanted()
    }

    fn is_awaited(&self) -> bool {
        matches!(&*self.stage.lock(), Stage::Queued { waker: Some(_), .. })
    }

    fn awaited_by(&self) -> Option<Arc<Blocked>> {
        match &*self.stage.lock() {
            Stage::Queued { awaited_by, .. } => awaited_by.clone(),
            _ => None,
        }
    }

    fn awaited_in(&self) -> Option<usize> {
        match &*self.stage.lock() {
            Stage::Queued { awaited_by, .. } => awaited_by.as_ref().map(address),
            _ => None,
        }
    }

    fn tell_queue(self: Arc<Self>) {
        let stage = self.stage.lock();
        let (block_on, queue) = match &*stage {
            Stage::Queued {
                awaited_by: Some(by),
                queued_in,
                ..
            } => (address(by), queued_in.queue()),
            _ => return,
        };
        drop(stage);
        if let Some(queue) = queue {
            queue.note_awaited(block_on, &(self as Arc<dyn Run>));
        }
    }

    fn is_in(&self, queue: &QueueNumber) -> bool {
        match &*self.stage.lock() {
            Stage::Queued { queued_in, .. } => *queued_in == queue.as_queued_in(),
            _ => false,
        }
    }

    fn line(&self) -> Option<LineMark> {
        match &*self.stage.lock() {
            Stage::Queued { line, .. } => Some(*line),
            _ => None,
        }
    }

    fn enter(&self, queue: &QueueNumber, in_line: LineMark) -> Entry {
        match &mut *self.stage.lock() {
            Stage::Queued {
                queued_in,
                line,
                awaited_by,
                ..
            } => {
                *queued_in = queue.as_queued_in();
                *line = in_line;
                awaited_by
                    .as_ref()
                    .map_or(Entry::Waits, |by| Entry::AwaitedIn(address(by)))
            }
            _ => Entry::Dead,
        }
    }
}

impl<F, R, O, L> RunningCall for Cell<F, R, O, L>
where
    L: Located,
    F: Send + 'static,
    R: Send + 'static,
    O: Send + 'static,
{
    fn caller(&self) -> Option<Arc<Blocked>> {
        match &*self.stage.lock() {
            Stage::Running { awaited_by, .. } => awaited_by.clone(),
            _ => None,
        }
    }

    fn stoppable(self: Arc<Self>) -> Arc<dyn Stoppable> {
        self
    }
}

impl<F, R, O, L> Stoppable for Cell<F, R, O, L>
where
    L: Located,
    F: Send + 'static,
    R: Send + 'static,
    O: Send + 'static,
{
    fn site(&self) -> &'static Site {
        self.site.site()
    }

    fn stop(&self, reason: Reason) {
        let mut stage = self.stage.lock();
        if let Stage::Running { cancel, .. } = &mut *stage {
            let cancellation = cancel.stop(reason);
            drop(stage);
            current::as_no_body(|| cancellation.fire());
        } else {
            self.end_unstarted(stage, reason.error());
        }
    }

    fn stopped(&self) -> Option<Reason> {
        self.stage.lock().stopped()
    }

    fn on_cancel(&self, action: Action) -> Result<(), Action> {
        match &mut *self.stage.lock() {
            Stage::Running { cancel, .. } => cancel.on_cancel(action),
            _ => Err(action),
        }
    }

    fn disarm(&self) {
        let ended = self.stage.lock().disarm();
        if let Some(ended) = ended {
            ended.wait();
        }
    }

    fn set_blocked(&self, waker: Option<Waker>) {
        if let Stage::Running { cancel, .. } = &mut *self.stage.lock() {
            cancel.set_blocked(waker);
        }
    }
}
