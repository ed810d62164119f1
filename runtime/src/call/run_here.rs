//! The calls that the thread of a waiting body runs meanwhile: its own, and those that it was offered.

use std::{iter, ptr, sync::Arc, task::Wake};

use super::{blocked::Blocked, offers::Offered};

impl Blocked {
    /// Whether this thread has been offered a call that it may run now.
    pub(crate) fn has_offer(&self) -> bool {
        self.here().any(|blocked| blocked.offer_for(self).is_some())
    }

    /// Runs the first call that was offered to this thread and still waits in its queue. Returns false if there is none.
    pub(super) fn run_offered(&self) -> bool {
        let take = |blocked: &Self| {
            let (caller, call) = blocked.offer_for(self)?;
            Some((caller, blocked.take(&call)?))
        };
        iter::from_fn(|| self.here().find_map(take))
            .any(|(caller, call)| call.is_waiting() && self.run_call_of(&caller, &call))
    }

    /// A call that another body made goes on if this one is asked to stop.
    fn run_call_of(&self, caller: &Arc<Self>, call: &Arc<dyn Offered>) -> bool {
        if !ptr::eq(Arc::as_ptr(caller), self) {
            return call.run();
        }
        self.in_place.run(Arc::clone(call), || call.run())
    }

    /// Runs a call of the body itself on this thread if it still waits, and if there is a place for it.
    pub(crate) fn run_own(&self, call: &Arc<dyn Offered>) -> bool {
        self.in_place.run(Arc::clone(call), || call.run_own())
    }

    /// The wait is to end, since the body is asked to stop. So is the call that this thread runs for it meanwhile.
    pub(crate) fn stop(self: &Arc<Self>) {
        self.in_place.stop();
        self.wake_by_ref();
    }

    /// The first call that was offered to this body and that its thread may run inside of `inner`, because that waits for it: the
    /// outer `block_on`s of a thread cannot look before the inner ones end.
    fn offer_for(&self, inner: &Self) -> Option<(Arc<Self>, Arc<dyn Offered>)> {
        let wait = self.wait.lock();
        let offers = &wait.as_ref()?.offers;
        if ptr::eq(self, inner) {
            return offers.first();
        }
        let all = offers.all();
        drop(wait);
        let waits_for = |caller: &Arc<Self>| {
            caller
                .chain()
                .any(|body| ptr::eq(inner, Arc::as_ptr(&body)))
        };
        let mut all = all.into_iter();
        all.find(|(caller, _)| waits_for(caller))
    }

    fn take(&self, call: &Arc<dyn Offered>) -> Option<Arc<dyn Offered>> {
        self.wait.lock().as_mut()?.offers.take(call)
    }
}
