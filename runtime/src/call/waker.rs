//! Stores a waker under a lock, without running user code of the waker there.

use std::task::Waker;

/// Where a waker is stored under a lock.
pub(crate) trait WakerSlot {
    fn waker(&self) -> Option<&Waker>;
    /// Stores `waker`, and returns the one before, to be dropped without holding a lock.
    fn set_waker(&mut self, waker: Waker) -> Option<Waker>;
}

impl WakerSlot for Option<Waker> {
    fn waker(&self) -> Option<&Waker> {
        self.as_ref()
    }

    fn set_waker(&mut self, waker: Waker) -> Option<Waker> {
        self.replace(waker)
    }
}

/// The waker of one poll. It is cloned outside the lock, and the waker that it replaces is dropped outside the lock.
pub(crate) struct NewWaker<'a> {
    waker: &'a Waker,
    clone: Option<Waker>,
    before: Option<Waker>,
}

impl<'a> NewWaker<'a> {
    pub(crate) const fn new(waker: &'a Waker) -> Self {
        Self {
            waker,
            clone: None,
            before: None,
        }
    }

    /// Puts the waker into `slot`. Returns whether `slot` now wakes the task. If not, call [`prepare`](Self::prepare)
    /// outside the lock and try again.
    pub(crate) fn put(&mut self, slot: &mut impl WakerSlot) -> bool {
        if slot.waker().is_some_and(|it| it.will_wake(self.waker)) {
            return true;
        }
        let Some(clone) = self.clone.take() else {
            return false;
        };
        self.before = slot.set_waker(clone);
        true
    }

    pub(crate) fn prepare(&mut self) {
        self.clone = Some(self.waker.clone());
    }
}
