//! Which queue a call waits in, so that the queue is told when the call dies there.
//!
//! A call stores only the number of its queue and a mark of its line: these are small, need no reference count, and most calls never use
//! them.

use std::{
    any::Any,
    sync::{Arc, PoisonError, RwLock, Weak},
};

use super::signal::Signal;

/// A queue of calls, some of which may die while they wait.
pub(crate) trait CallQueue: Send + Sync {
    /// One of its calls is about to die. Called under the lock of the call.
    fn call_leaves(&self) {}
    /// The call has died. Called without a lock; it may drop the rest of the call.
    fn call_died(&self);
    /// The arguments of the call have been dropped, and its end becomes visible. Called without a lock.
    fn call_left(&self) {}
    /// The body of `caller` begins to await one of its calls. Called without a lock.
    fn call_awaited(&self, caller: &Arc<dyn QueueCaller>) {
        let _ = caller;
    }
    /// Like `call_awaited`, with the address of the `block_on` and the call, which is an `Arc<dyn Run>`.
    fn note_awaited(&self, block_on: usize, call: &dyn Any) {
        let _ = (block_on, call);
    }
}

/// A body that awaits a call of a queue.
pub(crate) trait QueueCaller: Send + Sync {
    /// Whether a body on the threads of `signal` waits for this one, directly or through others. Call this without holding a lock.
    fn holds_up(self: Arc<Self>, signal: &Arc<Signal>) -> bool;
}

/// The number of a queue. Dropping it ends the registration of the queue.
pub(crate) struct QueueNumber(u32);

/// The number of the queue that a call is in, or of none. It is small because every call stores one.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct QueuedIn(u32);

/// What tells the line of a call from most others of its queue, which knows what it means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct LineMark(pub(crate) u16);

/// This lock is not one of the model checker's: the code under it has no other synchronization.
static QUEUES: RwLock<Queues> = RwLock::new(Queues {
    living: Vec::new(),
    last: NOWHERE,
});

const NOWHERE: u32 = 0;

struct Queues {
    /// In the order of their numbers.
    living: Vec<(u32, Weak<dyn CallQueue>)>,
    /// The last number that was assigned.
    last: u32,
}

impl Queues {
    /// Where the queue with that number is, or would be inserted.
    fn find(&self, number: u32) -> Result<usize, usize> {
        self.living.binary_search_by_key(&number, |queue| queue.0)
    }
}

impl QueueNumber {
    /// Registers `queue` and assigns a number to it.
    pub(crate) fn of(queue: Weak<dyn CallQueue>) -> Self {
        let mut queues = QUEUES.write().unwrap_or_else(PoisonError::into_inner);
        loop {
            queues.last = queues.last.wrapping_add(1);
            let number = queues.last;
            let Err(place) = queues.find(number) else {
                continue;
            };
            if number != NOWHERE {
                queues.living.insert(place, (number, queue));
                return Self(number);
            }
        }
    }

    pub(crate) const fn as_queued_in(&self) -> QueuedIn {
        QueuedIn(self.0)
    }
}

impl Drop for QueueNumber {
    fn drop(&mut self) {
        let mut queues = QUEUES.write().unwrap_or_else(PoisonError::into_inner);
        if let Ok(place) = queues.find(self.0) {
            queues.living.remove(place);
        }
    }
}

impl QueuedIn {
    /// The call is about to die. Other threads cannot see that yet.
    pub(crate) fn leave(self) -> LeaveGuard {
        let queue = self.queue();
        if let Some(queue) = &queue {
            queue.call_leaves();
        }
        LeaveGuard(queue)
    }

    /// The body of `caller` begins to await the call.
    pub(crate) fn tell_awaited(self, caller: &Arc<dyn QueueCaller>) {
        if let Some(queue) = self.queue() {
            queue.call_awaited(caller);
        }
    }

    /// The queue, if it still lives.
    pub(super) fn queue(self) -> Option<Arc<dyn CallQueue>> {
        if self.0 == NOWHERE {
            return None;
        }
        let queues = QUEUES.read().unwrap_or_else(PoisonError::into_inner);
        let place = queues.find(self.0).ok()?;
        queues.living.get(place)?.1.upgrade()
    }
}

/// A call that dies in its queue. Dropped after its arguments, without holding a lock.
pub(crate) struct LeaveGuard(Option<Arc<dyn CallQueue>>);

impl LeaveGuard {
    /// The call has died, and its stage already shows it.
    pub(crate) fn tell(&self) {
        if let Some(queue) = &self.0 {
            queue.call_died();
        }
    }
}

impl Drop for LeaveGuard {
    fn drop(&mut self) {
        if let Some(queue) = &self.0 {
            queue.call_left();
        }
    }
}

#[test]
fn a_queue_hears_of_its_calls_while_it_lives() {
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[derive(Default)]
    struct Deaths(AtomicUsize);

    impl CallQueue for Deaths {
        fn call_died(&self) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    let queue = Arc::new(Deaths::default());
    let heard: Weak<Deaths> = Arc::downgrade(&queue);
    let number = QueueNumber::of(Weak::clone(&heard) as _);
    let other = QueueNumber::of(heard);
    let (here, there) = (number.as_queued_in(), other.as_queued_in());
    assert!(here != there && here != QueuedIn::default());
    here.leave().tell();
    QueuedIn::default().leave().tell();
    assert_eq!(queue.0.load(Ordering::Relaxed), 1);
    drop(number);
    here.leave().tell();
    assert_eq!(queue.0.load(Ordering::Relaxed), 1);
    there.leave().tell();
    assert_eq!(queue.0.load(Ordering::Relaxed), 2);
}
