//! The threads of a dedicated pool: which of them takes a visit, which waits for one, and which may go.
//!
//! The thread that has waited least is called first: its caches are warm, and those that are not needed end. Nobody is called, and
//! no thread is started, while the lock is held.
//!
//! Invariant: each visit that waits, or is promised to a thread that is being started, has a thread of its own that is not on a
//! visit: no visit has to wait for the end of another, unless there are as many threads as there may be.

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

/// Threads, and the visits they are to make.
pub(crate) struct ThreadSet<V> {
    state: Mutex<ThreadSetState<V>>,
}

struct ThreadSetState<V> {
    cap: usize,
    /// All threads, those that are being started among them.
    threads: usize,
    /// The threads that are on a visit.
    busy: usize,
    /// The threads that are being started, each for one visit, which is queued once the thread has started.
    starting: usize,
    /// Visits that no thread has taken yet.
    visits: VecDeque<V>,
    /// Threads that wait, the last of them the shortest.
    parked: Vec<Arc<Waiter>>,
    closed: bool,
}

/// One thread that waits, or will.
struct Waiter {
    thread: Thread,
    /// Whether it was called since it began to wait. Read and written under the lock of the set.
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

    /// Gives what `make` makes to a thread that waits, or to one that `start` starts, or else to the next that looks. Fails and
    /// makes nothing where no thread can be started and there is none.
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

    /// Has a thread that was started make visits until it may go, each by `make`, which must not unwind. It waits for one as long
    /// as it is to be `kept`.
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
            // Nothing is sent to a closed set, so its threads need not be counted.
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
                // It may also have been woken for something that a body left behind.
                left = kept.saturating_sub(begun.elapsed());
            }
        }
    }

    /// Lets all threads go once they have nothing to do.
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
    /// Threads that are not on a visit.
    const fn free(&self) -> usize {
        self.threads - self.busy
    }

    /// Visits that wait or are promised to a thread.
    fn due(&self) -> usize {
        self.visits.len() + self.starting
    }

    /// Whether a thread that waits may go, which it does then.
    fn may_leave(&mut self, waiter: &Arc<Waiter>) -> bool {
        if self.free() <= self.due() {
            return false;
        }
        self.parked.retain(|other| !Arc::ptr_eq(other, waiter));
        self.threads -= 1;
        true
    }
}
