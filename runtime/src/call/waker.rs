//! Wakers that get into their slot under a lock, though no code of theirs may run there.

use std::task::Waker;

/// The waker of one poll. It is cloned, and what it takes the place of is dropped, outside the lock.
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

    /// Whether `slot` wakes the task from now on. If not, [`prepare`](Self::prepare) outside the lock and look again.
    pub(crate) fn put(&mut self, slot: &mut Option<Waker>) -> bool {
        if slot.as_ref().is_some_and(|it| it.will_wake(self.waker)) {
            return true;
        }
        let Some(clone) = self.clone.take() else {
            return false;
        };
        self.before = slot.replace(clone);
        true
    }

    pub(crate) fn prepare(&mut self) {
        self.clone = Some(self.waker.clone());
    }
}
