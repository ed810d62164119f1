//! A call with what goes along to its body: whose call it is, and the context it was started in.

use std::{mem, sync::Arc, task::Waker};

use crate::{
    body,
    context::Luggage,
    error::Error,
    hooks::{Action, Reason},
    job::Run,
    meter::Ticket,
    site::Site,
    stats::Ended,
    sync::Mutex,
    waiting::Waiting,
};

/// The executor's side of `call`, which is started now, on this thread. It knows its caller if that is a body inside
/// `block_on`, and the context of this thread, or for want of one the one in which it was `made`.
pub(crate) fn pack(call: Arc<dyn Run>, made: Option<&Luggage>) -> Arc<dyn Run> {
    let caller = body::waiting();
    let luggage = Luggage::of(call.site(), made);
    if caller.is_none() && luggage.is_none() {
        return call;
    }
    Arc::new(Packed {
        call,
        caller,
        luggage: Mutex::new(luggage),
    })
}

/// Stands for its call. Apart, because most calls have nothing to take along and should not have room for it.
struct Packed {
    call: Arc<dyn Run>,
    caller: Option<Arc<Waiting>>,
    luggage: Mutex<Option<Luggage>>,
}

impl Packed {
    fn unpack(&self) -> Option<Luggage> {
        mem::take(&mut *self.luggage.lock())
    }
}

impl Run for Packed {
    fn run(self: Arc<Self>, _: Option<Arc<Waiting>>, settle: &mut dyn FnMut(Ended)) {
        let (call, caller) = (Arc::clone(&self.call), self.caller.clone());
        match self.unpack() {
            Some(luggage) => luggage.enter(settle, |settle| call.run(caller, settle)),
            None => call.run(caller, settle),
        }
    }

    fn site(&self) -> &'static Site {
        self.call.site()
    }

    fn ticket(&self) -> Option<Ticket> {
        self.call.ticket()
    }

    fn refuse(&self, error: Error) {
        drop(self.unpack());
        self.call.refuse(error);
    }

    fn is_nested(&self) -> bool {
        self.caller.is_some() && self.call.is_waiting()
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
