//! The threads of a dedicated pool: which thread takes a visit, which waits for one, and which ends.
//!
//! The thread that has been idle for the shortest time is woken first: its caches are warm, and the others can time out. No thread is
//! woken or started while the lock is held.
//!
//! Invariant: for each visit that is queued, or assigned to a thread that is being started, there is a thread that is not on a visit. So
//! no visit waits for the end of another one, unless the number of threads has reached its limit.

use std::{
    collections::VecDeque,
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use crate::sync::{Mutex, MutexGuard, Thread, park_timeout, this_thread};

/// Threads, and the visits that are queued for them.
pub(crate) struct ThreadSet<V> {
    state: Mutex<ThreadSetState<V>>,
}

struct ThreadSetState<V> {
    cap: usize,
    /// The number of threads, including those that are being started.
    threads: usize,
    /// The number of threads on a visit.
    busy: usize,
    /// The number of threads that are being started, each for one visit, which is queued once the thread has started.
    starting: usize,
    /// Visits that no thread has taken yet.
    visits: VecDeque<V>,
    /// Idle threads. The last one has been idle for the shortest time.
    parked: Vec<Arc<Waiter>>,
    closed: bool,
}

/// One thread that is idle, or is about to be.
struct Waiter {
    thread: Thread,
    /// Whether it was woken since it began to wait. Read and written under the lock of the set.
    called: AtomicBool,
}

impl Waiter {
    /// The waiter of this thread.
    fn here() -> Arc<Self> {
        Arc::new(Self {
            thread: this_thread(),
            called: AtomicBool::new(false),
        })
    }
}

impl<V> ThreadSet<V> {
    pub(crate) const fn new(cap: usize) -> Self {
        let state = ThreadSetState {
            cap,
            threads: 0,
            busy: 0,
            starting: 0,
            visits: VecDeque::new(),
            parked: Vec::new(),
            closed: false,
        };
        Self {
            state: Mutex::new(state),
        }
    }

    pub(crate) fn set_cap(&self, cap: usize) {
        self.state.lock().cap = cap;
    }

    /// Queues the visit that `make` returns, and wakes an idle thread for it, or starts one by `start`. At the limit the next free thread
    /// takes it. Fails without calling `make` if there is no thread and none can be started.
    pub(crate) fn send(
        &self,
        make: impl FnOnce() -> V,
        start: impl FnOnce() -> io::Result<()>,
    ) -> io::Result<()> {
        let mut state = self.state.lock();
        if state.free() <= state.due() && state.threads < state.cap {
            state.threads += 1;
            state.starting += 1;
            drop(state);
            let started = start();
            state = self.state.lock();
            state.starting -= 1;
            if let Err(error) = started {
                state.threads -= 1;
                if state.threads == state.starting {
                    return Err(error);
                }
            }
        }
        state.visits.push_back(make());
        let waiter = state.parked.pop();
        if let Some(waiter) = &waiter {
            waiter.called.store(true, Ordering::Relaxed);
        }
        drop(state);
        if let Some(waiter) = waiter {
            waiter.thread.unpark();
        }
        Ok(())
    }

    /// The loop of a thread: runs visits by `make`, which must not unwind, until the thread is to end. It stays idle for at most `kept`.
    pub(crate) fn work(&self, kept: Duration, mut make: impl FnMut(V)) {
        let waiter = Waiter::here();
        let mut visit = self.next(self.state.lock(), &waiter, kept);
        while let Some(this) = visit {
            make(this);
            let mut state = self.state.lock();
            state.busy -= 1;
            visit = self.next(state, &waiter, kept);
        }
    }

    fn next<'a>(
        &'a self,
        mut state: MutexGuard<'a, ThreadSetState<V>>,
        waiter: &Arc<Waiter>,
        kept: Duration,
    ) -> Option<V> {
        loop {
            if let Some(visit) = state.visits.pop_front() {
                state.busy += 1;
                return Some(visit);
            }
            // A closed set gets no visits, so its threads need not be counted any more.
            if state.closed {
                return None;
            }
            waiter.called.store(false, Ordering::Relaxed);
            state.parked.push(Arc::clone(waiter));
            let begun = Instant::now();
            let mut left = kept;
            while !waiter.called.load(Ordering::Relaxed) {
                if left.is_zero() && state.may_leave(waiter) {
                    return None;
                }
                drop(state);
                park_timeout(left);
                state = self.state.lock();
                // A wake-up may be spurious: a body may have left an unused park token.
                left = kept.saturating_sub(begun.elapsed());
            }
        }
    }

    /// Lets all threads end once no visit is queued.
    pub(crate) fn close(&self) {
        let mut state = self.state.lock();
        state.closed = true;
        let parked = std::mem::take(&mut state.parked);
        for waiter in &parked {
            waiter.called.store(true, Ordering::Relaxed);
        }
        drop(state);
        for waiter in parked {
            waiter.thread.unpark();
        }
    }
}

impl<V> ThreadSetState<V> {
    /// The number of threads that are not on a visit.
    const fn free(&self) -> usize {
        self.threads - self.busy
    }

    /// The number of visits that are queued or assigned to a starting thread.
    fn due(&self) -> usize {
        self.visits.len() + self.starting
    }

    /// Removes an idle thread, unless it is needed. Returns whether it is to end.
    fn may_leave(&mut self, waiter: &Arc<Waiter>) -> bool {
        if self.free() <= self.due() {
            return false;
        }
        self.parked.retain(|other| !Arc::ptr_eq(other, waiter));
        self.threads -= 1;
        true
    }
}
