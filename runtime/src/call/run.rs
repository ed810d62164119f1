//! The job cell as its executor and its running body see it.
//!
//! The rules are those of `cell.rs`: transitions under the lock, the user's code outside it.

use std::{
    mem,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    task::Waker,
    thread,
};

use super::{
    blocked::Blocked,
    cancel::{Action, Reason, Stoppable},
    cell::Cell,
    current,
    meter::{Ticket, Times},
    outcome::Ending,
    queued_in::QueueNumber,
    site::{Located, Site},
    stage::Stage,
    traits::{Around, Run},
};
use crate::{
    error::{Error, Panic},
    unwind::{drop_quietly, swallow_panic},
};

/// Runs `work` inside `around`. Either may panic. A panic of `around` after the body does not change the body's result.
fn carry_out<R>(work: impl FnOnce() -> R, around: Option<Around<'_>>) -> thread::Result<R> {
    let Some(around) = around else {
        return catch_unwind(AssertUnwindSafe(work));
    };
    let (mut work, mut result) = (Some(work), None);
    let mut run = || {
        if let Some(work) = work.take() {
            result = Some(catch_unwind(AssertUnwindSafe(work)));
        }
    };
    swallow_panic(|| around(&mut run));
    // `around` may have failed to run the body, which is run here in that case.
    run();
    result.expect("a body runs once")
}

impl<F, R, O, L> Cell<F, R, O, L> {
    /// Drops a result that nobody wants while its body still counts as running: what its `Drop` asks and waits for is asked by a
    /// body, whose pool knows that its thread is taken. A caller that goes after this look finds the result dropped by `finish`.
    fn keep_if_wanted(&self, result: thread::Result<R>) -> Option<thread::Result<R>> {
        let harmless = result.is_ok() && !mem::needs_drop::<R>();
        if harmless || self.stage.lock().is_wanted() {
            return Some(result);
        }
        drop_quietly(result);
        None
    }
}

impl<F, R, O, L> Run for Cell<F, R, O, L>
where
    L: Located,
    F: FnOnce() -> R + Send + 'static,
    R: Send + 'static,
    O: Send + 'static,
{
    fn run(
        self: Arc<Self>,
        caller: Option<Arc<Blocked>>,
        around: Option<Around<'_>>,
        settle: &mut dyn FnMut(Ending, Times),
    ) {
        let Some((work, ticket)) = self.start() else {
            return settle(Ending::Cancelled, Times::ZERO);
        };
        let body: Arc<dyn Stoppable> = Arc::clone(&self) as _;
        let meter = self.meter();
        let begun = meter.begin(ticket);
        let (ending, result) = current::enter(body, caller, || {
            let result = carry_out(work, around);
            let ending = if result.is_ok() {
                Ending::Done
            } else {
                Ending::Panicked
            };
            (ending, self.keep_if_wanted(result))
        });
        let times = meter.end(begun, ending);
        swallow_panic(|| settle(ending, times));
        self.finish(
            result.map(|result| result.map_err(|payload| Error::Panicked(Panic::new(payload)))),
        );
    }

    fn site(&self) -> &'static Site {
        self.site.site()
    }

    fn ticket(&self) -> Option<Ticket> {
        match &*self.stage.lock() {
            Stage::Queued { ticket, .. } => Some(*ticket),
            _ => None,
        }
    }

    fn refuse(&self, error: Error) {
        self.end_unstarted(self.stage.lock(), error);
    }

    fn has_ended(&self) -> bool {
        !self.stage.lock().is_wanted()
    }

    fn is_in(&self, queue: &QueueNumber) -> bool {
        match &*self.stage.lock() {
            Stage::Queued { queued_in, .. } => *queued_in == queue.place(),
            _ => false,
        }
    }

    fn enter(&self, queue: &QueueNumber) -> bool {
        match &mut *self.stage.lock() {
            Stage::Queued { queued_in, .. } => {
                *queued_in = queue.place();
                true
            }
            _ => false,
        }
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
            cancellation.fire();
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
