//! A call with what travels to its body: the context in which it was started.

use std::{mem, sync::Arc};

use super::Captured;
use crate::{
    call::{
        block_on::blocked::Blocked,
        meter::{SubmittedAt, Times},
        outcome::Ending,
        queued_in::{LineMark, QueueNumber},
        site::Site,
        traits::{Around, Entry, Run},
    },
    error::Error,
    sync::Mutex,
};

/// The executor's side of `call`, which is started now on this thread. It takes along the context of this thread, or if there is none,
/// the context in which it was `made`.
pub(crate) fn wrap(call: Arc<dyn Run>, made: Option<&Captured>) -> Arc<dyn Run> {
    let captured = Captured::of(|| call.site(), made);
    if captured.is_none() {
        return call;
    }
    Arc::new(WithContext {
        call,
        captured: Mutex::new(captured),
    })
}

/// Wraps a call. A type of its own, because most calls take nothing along and should not have room for it.
struct WithContext {
    call: Arc<dyn Run>,
    captured: Mutex<Option<Captured>>,
}

impl WithContext {
    fn take(&self) -> Option<Captured> {
        mem::take(&mut *self.captured.lock())
    }

    /// Drops the context, if it is still here.
    fn finish(&self, ending: Ending) {
        if let Some(mut captured) = self.take() {
            captured.finish(ending);
        }
    }
}

impl Drop for WithContext {
    /// No thread took the call, and the future has it again.
    fn drop(&mut self) {
        self.finish(Ending::Refused);
    }
}

impl Run for WithContext {
    fn run(self: Arc<Self>, around: Option<Around<'_>>, settle: &mut dyn FnMut(Ending, Times)) {
        let call = Arc::clone(&self.call);
        let Some(mut captured) = self.take() else {
            return call.run(around, settle);
        };
        let around = &mut |body: &mut dyn FnMut() -> Ending| {
            let mut ending = Ending::Panicked;
            captured.enter(&mut || ending = body());
            captured.finish(ending);
        };
        call.run(Some(around), settle);
        // If the body has not run.
        captured.finish(Ending::Cancelled);
    }

    fn site(&self) -> &'static Site {
        self.call.site()
    }

    fn submitted_at(&self) -> Option<SubmittedAt> {
        self.call.submitted_at()
    }

    fn refuse(&self, error: Error) {
        self.finish(if self.call.is_queued() {
            Ending::Refused
        } else {
            Ending::Cancelled
        });
        self.call.refuse(error);
    }

    fn ask_to_stop(&self) {
        self.call.ask_to_stop();
    }

    fn has_ended(&self) -> bool {
        self.call.has_ended()
    }

    fn is_awaited(&self) -> bool {
        self.call.is_awaited()
    }

    fn awaited_by(&self) -> Option<Arc<Blocked>> {
        self.call.awaited_by()
    }

    fn awaited_in(&self) -> Option<usize> {
        self.call.awaited_in()
    }

    fn cell(&self) -> *const () {
        self.call.cell()
    }

    fn enter(&self, queue: &QueueNumber, line: LineMark) -> Entry {
        self.call.enter(queue, line)
    }

    fn line(&self) -> Option<LineMark> {
        self.call.line()
    }
}
