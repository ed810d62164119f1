//! Which queue a call waits in, so that the queue hears of it when the call dies there.
//!
//! A call remembers a number only: it costs nothing to set, and most calls never need it again.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, PoisonError, RwLock, Weak,
        atomic::{AtomicUsize, Ordering},
    },
};

/// A queue of calls, some of which may die while they wait.
pub(crate) trait CallQueue: Send + Sync {
    /// One of its calls has died. Called with no lock held; it may drop what is left of the call.
    fn call_died(&self);
}

/// The number of a queue for as long as it lives.
pub(crate) struct QueueNumber(usize);

/// Where a call waits.
#[derive(Default)]
pub(crate) struct QueuedIn(AtomicUsize);

const NOWHERE: usize = 0;
const DEAD: usize = 1;

/// Not of the model checker's kind: nothing of it is locked while anything else happens.
static QUEUES: RwLock<BTreeMap<usize, Weak<dyn CallQueue>>> = RwLock::new(BTreeMap::new());
static NEXT: AtomicUsize = AtomicUsize::new(DEAD + 1);

impl QueueNumber {
    /// The number of `queue` from now on.
    pub(crate) fn of(queue: Weak<dyn CallQueue>) -> Self {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let mut queues = QUEUES.write().unwrap_or_else(PoisonError::into_inner);
        queues.insert(number, queue);
        Self(number)
    }
}

impl Drop for QueueNumber {
    fn drop(&mut self) {
        let mut queues = QUEUES.write().unwrap_or_else(PoisonError::into_inner);
        queues.remove(&self.0);
    }
}

impl QueuedIn {
    pub(crate) const fn nowhere() -> Self {
        Self(AtomicUsize::new(NOWHERE))
    }

    /// The call enters a queue, which hears of its death from now on. False if the call is dead already.
    pub(crate) fn enter(&self, queue: &QueueNumber) -> bool {
        self.0.swap(queue.0, Ordering::AcqRel) != DEAD
    }

    /// The call has died: its stage says so by now.
    pub(crate) fn die(&self) {
        let number = self.0.swap(DEAD, Ordering::AcqRel);
        if let Some(queue) = queue(number) {
            queue.call_died();
        }
    }
}

/// The queue of that number, if it has not gone.
fn queue(number: usize) -> Option<Arc<dyn CallQueue>> {
    let queues = QUEUES.read().unwrap_or_else(PoisonError::into_inner);
    queues.get(&number)?.upgrade()
}

#[test]
fn a_queue_hears_of_each_death_once() {
    #[derive(Default)]
    struct Deaths(AtomicUsize);

    impl CallQueue for Deaths {
        fn call_died(&self) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    let queue = Arc::new(Deaths::default());
    let heard: Weak<Deaths> = Arc::downgrade(&queue);
    let number = QueueNumber::of(heard);
    let (inside, early, elsewhere) = (
        QueuedIn::nowhere(),
        QueuedIn::nowhere(),
        QueuedIn::nowhere(),
    );
    assert!(inside.enter(&number));
    inside.die();
    early.die();
    assert!(!early.enter(&number));
    elsewhere.die();
    assert_eq!(queue.0.load(Ordering::Relaxed), 1);

    let late = QueuedIn::nowhere();
    assert!(late.enter(&number));
    drop(number);
    late.die();
    assert_eq!(queue.0.load(Ordering::Relaxed), 1);
}
