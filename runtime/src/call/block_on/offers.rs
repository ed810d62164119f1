//! Queued calls that were offered to a waiting body, which may run them.

use std::{collections::VecDeque, mem, sync::Arc};

/// A call that a waiting body may run. It also stays in its queue; the first thread that takes it runs it.
pub(crate) trait Offered: Send + Sync {
    /// Whether it is still queued.
    fn is_queued(&self) -> bool;
    /// Runs it on this thread. Returns false if another thread has taken it.
    fn run(&self) -> bool;
    /// Runs it on the thread of the body that made it, if a slot is free, and no requested thread is expected, unless that is `overdue`.
    fn run_own(&self, overdue: bool) -> bool {
        let _ = overdue;
        self.run()
    }
    /// Whether it is awaited in that `block_on`.
    fn is_awaited_in(&self, block_on: *const ()) -> bool;
    /// Whether it is awaited there, directly or through other bodies.
    fn is_awaited_behind(&self, block_on: *const ()) -> bool {
        self.is_awaited_in(block_on)
    }
    /// Asks its body to stop, as if its caller had dropped it.
    fn abandon(&self);
    /// Identifies the call.
    fn call(&self) -> *const ();
}

/// Offers in their order. `C` is the body that awaited the call when it was offered.
pub(super) struct Offers<C>(VecDeque<(C, Arc<dyn Offered>)>);

impl<C> Default for Offers<C> {
    fn default() -> Self {
        Self(VecDeque::new())
    }
}

impl<C: Clone> Offers<C> {
    /// Adds an offer. Before the memory grows, stale offers are removed and returned, to be dropped outside the lock.
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
        let (waiting, gone) = all.partition(|(_, call)| call.is_queued());
        self.0 = waiting;
        // Doubling makes the cost of the scan constant per offer.
        self.0.reserve(self.0.len() + 4);
        Self(gone)
    }

    /// The first call that is still queued. Stale ones before it are moved to `gone`.
    pub(super) fn first(&mut self, gone: &mut Self) -> Option<(C, Arc<dyn Offered>)> {
        while !self.0.front()?.1.is_queued() {
            gone.0.extend(self.0.pop_front());
        }
        self.0.front().cloned()
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

/// Each stale offer is returned once, and the memory stays proportional to the number of live offers.
#[test]
fn what_waits_no_more_is_given_back_when_there_is_no_room() {
    use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

    struct Call(AtomicBool);
    impl Offered for Call {
        fn is_queued(&self) -> bool {
            self.0.load(SeqCst)
        }
        fn run(&self) -> bool {
            self.0.swap(false, SeqCst)
        }
        fn is_awaited_in(&self, _: *const ()) -> bool {
            true
        }
        fn abandon(&self) {}
        fn call(&self) -> *const () {
            std::ptr::from_ref(self).cast()
        }
    }
    let mut offers = Offers::default();
    let mut push = |waits| {
        let call = Arc::new(Call(AtomicBool::new(waits)));
        let gone = offers.push((), Arc::clone(&call) as _);
        assert!(gone.0.iter().all(|((), call)| !call.is_queued()));
        (call, gone.0.len(), offers.0.len())
    };
    let (first, ..) = push(true);
    let mut given_back = 0;
    for pushed in 2..100 {
        let (call, gone, kept) = push(false);
        given_back += gone;
        assert_eq!(given_back + kept, pushed);
        // Twice the capacity that is asked for: a `VecDeque` doubles.
        assert!(kept <= 10, "{kept}");
        assert!(!call.run());
    }
    assert!(given_back > 90);
    assert!(offers.has(first.call()));
    assert!(offers.first(&mut Offers::default()).unwrap().1.run());
}
