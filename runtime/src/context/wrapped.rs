//! A call with what goes along to its body: whose call it is, and the context it was started in.

use std::{cell::RefCell, mem, sync::Arc, task::Waker};

use super::Luggage;
use crate::{
    call::{
        blocked::Waiting,
        cancel::{Action, Reason},
        current,
        meter::{Ticket, Times},
        outcome::Ending,
        site::Site,
        traits::{Around, Run},
    },
    error::Error,
    sync::Mutex,
};

/// The executor's side of `call`, which is started now, on this thread. It knows its caller if that is a body inside
/// `block_on`, and the context of this thread, or for want of one the one in which it was `made`.
pub(crate) fn pack(call: Arc<dyn Run>, made: Option<&Luggage>) -> Arc<dyn Run> {
    let caller = current::waiting();
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

    /// Leaves what was to go along behind, if it is still here.
    fn leave(&self, ending: Ending) {
        if let Some(mut luggage) = self.unpack() {
            luggage.leave(ending);
        }
    }
}

impl Drop for Packed {
    /// Nobody took the call, and it is the future's again.
    fn drop(&mut self) {
        self.leave(Ending::Refused);
    }
}

impl Run for Packed {
    fn run(
        self: Arc<Self>,
        _: Option<Arc<Waiting>>,
        around: Option<Around<'_>>,
        settle: &mut dyn FnMut(Ending, Times),
    ) {
        let (call, caller) = (Arc::clone(&self.call), self.caller.clone());
        let Some(luggage) = self.unpack() else {
            return call.run(caller, around, settle);
        };
        let luggage = RefCell::new(luggage);
        call.run(
            caller,
            Some(&mut |body| luggage.borrow_mut().enter(body)),
            &mut |ending, times| {
                luggage.borrow_mut().leave(ending);
                settle(ending, times);
            },
        );
    }

    fn site(&self) -> &'static Site {
        self.call.site()
    }

    fn ticket(&self) -> Option<Ticket> {
        self.call.ticket()
    }

    fn refuse(&self, error: Error) {
        self.leave(if self.call.is_waiting() {
            Ending::Refused
        } else {
            Ending::Cancelled
        });
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
