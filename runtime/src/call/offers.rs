//! Calls that were offered to a body which waits for them.

use std::{collections::VecDeque, mem, sync::Arc};

/// A call that a waiting body may run. It is in its queue as well, for whoever comes first.
pub(crate) trait Offered: Send + Sync {
    /// Whether it still waits.
    fn is_waiting(&self) -> bool;
    /// Runs it on this thread. Returns false if somebody else came first.
    fn run(&self) -> bool;
    /// What tells one call from the others.
    fn call(&self) -> *const ();
}

/// Calls in the order in which they were offered. `C` is the body that made a call.
pub(super) struct Offers<C>(VecDeque<(C, Arc<dyn Offered>)>);

impl<C> Default for Offers<C> {
    fn default() -> Self {
        Self(VecDeque::new())
    }
}

impl<C: Clone> Offers<C> {
    /// Adds one. Returns those that wait no more, to be dropped where no lock is held: they are looked for whenever there is no room.
    pub(super) fn push(&mut self, caller: C, call: Arc<dyn Offered>) -> Self {
        let gone = if self.0.len() < self.0.capacity() {
            Self::default()
        } else {
            self.take_gone()
        };
        self.0.push_back((caller, call));
        gone
    }

    fn take_gone(&mut self) -> Self {
        let all = mem::take(&mut self.0).into_iter();
        let (waiting, gone) = all.partition(|(_, call)| call.is_waiting());
        self.0 = waiting;
        // As much room again, so that a look at all of them is paid for by as many offers.
        self.0.reserve(self.0.len() + 4);
        Self(gone)
    }

    pub(super) fn first(&self) -> Option<Arc<dyn Offered>> {
        self.0.front().map(|(_, call)| Arc::clone(call))
    }

    pub(super) fn all(&self) -> Vec<(C, Arc<dyn Offered>)> {
        self.0.iter().cloned().collect()
    }

    pub(super) fn has(&self, call: *const ()) -> bool {
        self.0.iter().any(|(_, known)| known.call() == call)
    }

    pub(super) fn take(&mut self, call: &Arc<dyn Offered>) -> Option<Arc<dyn Offered>> {
        let mut all = self.0.iter();
        let index = all.position(|(_, known)| Arc::ptr_eq(known, call))?;
        self.0.remove(index).map(|(_, call)| call)
    }
}
