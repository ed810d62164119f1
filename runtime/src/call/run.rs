//! The operations of the executor and of the running body on a call.
//!
//! The rules are those of `caller.rs`: transitions under the lock, user code outside it. The end of a body is counted under that lock too.
//! So a thread that reads "nothing runs" can also read the result, and the reverse.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    task::Waker,
};

use super::{
    block_on::blocked::{Blocked, RunningCall},
    caller::count_abandoned,
    cancel::{Action, Reason},
    contents::AnyContents,
    core::AnyCore,
    current,
    ends_body::EndedBody,
    meter::{Begun, SubmittedAt, Times},
    outcome::Ending,
    queued_in::{LineMark, QueueNumber},
    site::Site,
    stage::Stage,
    traits::{Around, Run},
    waker::WakerSlot,
};
use crate::{error::Error, unwind::swallow_panic};

/// Runs the body in `contents`. Returns the payload of its panic.
fn run_caught(contents: &mut dyn AnyContents) -> Option<Box<dyn Any + Send>> {
    catch_unwind(AssertUnwindSafe(|| contents.run())).err()
}

/// Runs the body in `contents`, inside `around`. Both may panic. A panic of `around` after the body does not change the body's result.
fn run_body(
    contents: &mut dyn AnyContents,
    around: Option<Around<'_>>,
) -> Option<Box<dyn Any + Send>> {
    let Some(around) = around else {
        return run_caught(contents);
    };
    let (mut has_run, mut panic) = (false, None);
    let mut run = || {
        if !has_run {
            has_run = true;
            panic = run_caught(contents);
        }
        if panic.is_some() {
            Ending::Panicked
        } else {
            Ending::Done
        }
    };
    swallow_panic(|| around(&mut run));
    // If `around` panicked before it ran the body, the body runs here.
    run();
    panic
}

/// Runs the body of `call`, which has begun and is in `contents`. The call is moved in, which saves a reference count for each body.
pub(super) fn run_begun(
    call: Arc<dyn RunningCall>,
    begun: Begun,
    contents: &mut dyn AnyContents,
    around: Option<Around<'_>>,
    settle: &mut dyn FnMut(Ending, Times),
) {
    let (panic, call, mut slot) = current::enter(call, None, || run_body(contents, around));
    call.end(EndedBody {
        begun,
        value: contents,
        panic,
        as_body: &mut |f| {
            current::enter(Arc::clone(&call), slot.take(), f);
        },
        settle,
    });
}

impl<O> AnyCore<O> {
    pub(super) fn submitted_at(&self) -> Option<SubmittedAt> {
        match self.lock().stage {
            Stage::Queued { submitted_at, .. } => Some(submitted_at),
            _ => None,
        }
    }

    pub(super) fn refuse(&self, site: &'static Site, error: Error, out: &mut dyn AnyContents) {
        self.end_unstarted(self.lock(), site, error, out);
    }

    pub(super) fn ask_to_stop(&self, site: &'static Site, out: &mut dyn AnyContents) {
        let first = match &mut self.lock().stage {
            Stage::Running { cancel, .. } => cancel.is_wanted() && cancel.caller_dropped(),
            _ => false,
        };
        count_abandoned(site, first);
        self.stop(site, Reason::Abandoned, out);
    }

    pub(super) fn has_ended(&self) -> bool {
        !self.lock().stage.is_wanted()
    }

    pub(super) fn is_awaited(&self) -> bool {
        match &self.lock().stage {
            Stage::Queued { waiter, .. } => waiter.waker().is_some(),
            _ => false,
        }
    }

    pub(super) fn awaited_by(&self) -> Option<Arc<Blocked>> {
        match &self.lock().stage {
            Stage::Queued { waiter, .. } => waiter.awaited_by().cloned(),
            _ => None,
        }
    }

    pub(super) fn awaited_in(&self) -> Option<usize> {
        match &self.lock().stage {
            Stage::Queued { waiter, .. } => waiter.awaited_in(),
            _ => None,
        }
    }

    pub(super) fn is_in(&self, queue: &QueueNumber) -> bool {
        match self.lock().stage {
            Stage::Queued { queued_in, .. } => queued_in == queue.as_queued_in(),
            _ => false,
        }
    }

    pub(super) fn line(&self) -> Option<LineMark> {
        match self.lock().stage {
            Stage::Queued { line, .. } => Some(line),
            _ => None,
        }
    }

    /// `call` returns the call of this core.
    pub(super) fn tell_queue(&self, call: &dyn Fn() -> Arc<dyn Run>) {
        let state = self.lock();
        let Stage::Queued {
            waiter, queued_in, ..
        } = &state.stage
        else {
            return;
        };
        let Some(block_on) = waiter.awaited_in() else {
            return;
        };
        let queue = queued_in.queue();
        drop(state);
        if let Some(queue) = queue {
            queue.note_awaited(block_on, &call());
        }
    }

    pub(super) fn caller(&self) -> Option<Arc<Blocked>> {
        match &self.lock().stage {
            Stage::Running { waiter, .. } => waiter.awaited_by().cloned(),
            _ => None,
        }
    }

    pub(super) fn stop(&self, site: &'static Site, reason: Reason, out: &mut dyn AnyContents) {
        let mut state = self.lock();
        if let Stage::Running { cancel, waiter } = &mut state.stage {
            let cancellation = cancel.stop(waiter.registered(), reason);
            drop(state);
            current::as_no_body(|| cancellation.fire());
        } else {
            self.end_unstarted(state, site, reason.error(), out);
        }
    }

    pub(super) fn stopped(&self) -> Option<Reason> {
        self.lock().stage.stopped()
    }

    pub(super) fn on_cancel(&self, action: Action) -> Result<(), Action> {
        match &mut self.lock().stage {
            Stage::Running { cancel, waiter } => cancel.on_cancel(|| waiter.on_cancel(), action),
            _ => Err(action),
        }
    }

    pub(super) fn disarm(&self) {
        let ended = self.lock().stage.disarm();
        if let Some(ended) = ended {
            ended.wait();
        }
    }

    pub(super) fn set_blocked(&self, waker: Option<Waker>) {
        if let Stage::Running { waiter, .. } = &mut self.lock().stage {
            waiter.on_cancel().set_blocked(waker);
        }
    }
}
