//! A waiting body runs calls on its thread: calls that it made, and calls that were offered to it.

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

    /// Whether this call was offered here and has not been taken.
    pub(crate) fn was_offered(&self, call: *const ()) -> bool {
        let wait = self.wait.lock();
        wait.as_ref().is_some_and(|wait| wait.offers.has(call))
    }

    /// Runs the first call that was offered to this thread and still waits in its queue. Returns false if there is none.
    pub(super) fn run_offered(&self) -> bool {
        let take = |blocked: &Self| blocked.take(&blocked.offer_for(self)?);
        iter::from_fn(|| self.here().find_map(take))
            .any(|call| call.is_queued() && self.run_call(&call))
    }

    /// If this body is asked to stop, only a call that it made itself is asked to stop as well.
    fn run_call(&self, call: &Arc<dyn Offered>) -> bool {
        if !call.is_awaited_in(self.address()) {
            return call.run();
        }
        self.in_place.run(Arc::clone(call), || call.run())
    }

    /// Runs a call that the body itself made, if it is still queued and a slot is free.
    pub(crate) fn run_own(&self, call: &Arc<dyn Offered>, overdue: bool) -> bool {
        self.in_place
            .run(Arc::clone(call), || call.run_own(overdue))
    }

    /// The body is asked to stop, which ends the wait. The call that this thread runs for it is asked to stop too.
    pub(crate) fn stop(self: &Arc<Self>) {
        self.in_place.stop();
        self.wake_by_ref();
    }

    /// The first offer to this body that may run on its thread now. `inner` is the innermost `block_on` of the thread; it must await the
    /// call, since the outer ones cannot continue before it ends.
    fn offer_for(&self, inner: &Self) -> Option<Arc<dyn Offered>> {
        let signal = self.home().map(|home| home.signal());
        if signal.is_some_and(|signal| inner.has_lent_slot(signal)) {
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

    /// Whether the thread of this body may run a call that is offered for `caller`. Only an estimate: the waits may change meanwhile.
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

    /// Also true if `caller` holds this body up only through full queues, and not through the chain of callers.
    fn may_run(&self, (caller, call): &(Arc<Self>, Arc<dyn Offered>), inner: &Self) -> bool {
        let mine = ptr::eq(self, inner) && call.is_awaited_in(caller.address());
        mine || call.is_awaited_behind(inner.address())
    }

    fn take(&self, call: &Arc<dyn Offered>) -> Option<Arc<dyn Offered>> {
        self.wait.lock().as_mut()?.offers.take(call)
    }
}
