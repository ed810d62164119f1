//! The calls that the thread of a waiting body runs meanwhile: its own, and those that it was offered.

use std::{
    iter, ptr,
    sync::{Arc, PoisonError, Weak},
    task::Wake,
};

use super::{
    blocked::Blocked,
    offers::{Offered, Offers},
};

impl Blocked {
    /// Whether this thread has been offered a call that it may run now.
    pub(crate) fn has_offer(&self) -> bool {
        self.here().any(|blocked| blocked.offer_for(self).is_some())
    }

    /// Runs the first call that was offered to this thread and still waits in its queue. Returns false if there is none.
    pub(super) fn run_offered(&self) -> bool {
        let take = |blocked: &Self| blocked.take(&blocked.offer_for(self)?);
        iter::from_fn(|| self.here().find_map(take))
            .any(|call| call.is_waiting() && self.run_call(&call))
    }

    /// A call that another body made goes on if this one is asked to stop.
    fn run_call(&self, call: &Arc<dyn Offered>) -> bool {
        if !call.is_awaited_in(self.address()) {
            return call.run();
        }
        self.in_place.run(Arc::clone(call), || call.run())
    }

    /// Runs a call of the body itself on this thread if it still waits, and if there is a place for it.
    pub(crate) fn run_own(&self, call: &Arc<dyn Offered>, overdue: bool) -> bool {
        self.in_place
            .run(Arc::clone(call), || call.run_own(overdue))
    }

    /// The wait is to end, since the body is asked to stop. So is the call that this thread runs for it meanwhile.
    pub(crate) fn stop(self: &Arc<Self>) {
        self.in_place.stop();
        self.wake_by_ref();
    }

    /// The first call that was offered to this body and that its thread may run inside of `inner`, because that waits for it: the
    /// outer `block_on`s of a thread cannot look before the inner ones end, and a body may have made a call that it does not wait for.
    fn offer_for(&self, inner: &Self) -> Option<Arc<dyn Offered>> {
        let signal = self.home().map(|home| home.signal());
        if signal.is_some_and(|signal| inner.has_given_place(signal)) {
            return None;
        }
        let mut gone = Offers::default();
        let first = self.wait.lock().as_mut()?.offers.first(&mut gone);
        drop(gone);
        let first = first?;
        if self.may_run(&first, inner) {
            return Some(first.1);
        }
        let all = self.wait.lock().as_ref()?.offers.all().into_iter();
        let mut all = all.filter(|offer| self.may_run(offer, inner));
        all.next().map(|(_, call)| call)
    }

    /// Whether the thread of this body, as far as can be seen from here, may run what is offered to it for `caller`.
    pub(crate) fn may_take_for(self: &Arc<Self>, caller: &Arc<Self>) -> bool {
        let innermost = iter::successors(Some(Arc::clone(self)), |body| body.inner()).last();
        innermost.is_some_and(|innermost| {
            let is_it = |body: Arc<Self>| Arc::ptr_eq(&body, &innermost);
            Arc::ptr_eq(self, &innermost) || caller.chain().any(is_it)
        })
    }

    fn inner(&self) -> Option<Arc<Self>> {
        let inner = self.inner.read().unwrap_or_else(PoisonError::into_inner);
        inner.upgrade()
    }

    pub(super) fn set_inner(&self, inner: Weak<Self>) {
        *self.inner.write().unwrap_or_else(PoisonError::into_inner) = inner;
    }

    /// The caller of an offer may be known to hold this body up through queues, and not through those who called it.
    fn may_run(&self, (caller, call): &(Arc<Self>, Arc<dyn Offered>), inner: &Self) -> bool {
        let mine = ptr::eq(self, inner) && call.is_awaited_in(caller.address());
        mine || call.is_awaited_behind(inner.address())
    }

    fn take(&self, call: &Arc<dyn Offered>) -> Option<Arc<dyn Offered>> {
        self.wait.lock().as_mut()?.offers.take(call)
    }
}
