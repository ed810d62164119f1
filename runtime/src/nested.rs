//! A call made by a body that waits for it: the call, and whose it is.

use std::{sync::Arc, task::Waker};

use crate::{
    body,
    error::Error,
    hooks::{Action, Reason},
    job::Run,
    stats::Ended,
    waiting::Waiting,
};

/// The executor's side of `call`, which knows its caller if that is a body inside `block_on`.
pub(crate) fn trace(call: Arc<dyn Run>) -> Arc<dyn Run> {
    match body::waiting() {
        Some(caller) => Arc::new(Nested { call, caller }),
        None => call,
    }
}

/// Stands for its call. Apart, because most calls have no such caller and should not have room for one.
struct Nested {
    call: Arc<dyn Run>,
    caller: Arc<Waiting>,
}

impl Run for Nested {
    fn run(self: Arc<Self>, _: Option<Arc<Waiting>>, settle: &mut dyn FnMut(Ended)) {
        Arc::clone(&self.call).run(Some(Arc::clone(&self.caller)), settle);
    }

    fn refuse(&self, error: Error) {
        self.call.refuse(error);
    }

    fn is_waiting(&self) -> bool {
        self.call.is_waiting()
    }

    fn is_nested(&self) -> bool {
        self.call.is_waiting()
    }

    fn stop(&self, reason: Reason) {
        self.call.stop(reason);
    }

    fn stopped(&self) -> Option<Reason> {
        self.call.stopped()
    }

    fn on_stop(&self, action: Action) -> Result<(), Action> {
        self.call.on_stop(action)
    }

    fn end_requests(&self) {
        self.call.end_requests();
    }

    fn set_blocked(&self, waker: Option<Waker>) {
        self.call.set_blocked(waker);
    }
}
