//! The standby thread of a lane: it has run out of jobs, and waits a short time for the next runner that is requested.
//!
//! Each of the calls that come one after the other needs a runner. To wake a thread that is still here costs less than to request one: no
//! allocation, and no second queue.

use std::{mem, time::Instant};

use super::standby_time::StandbyTime;
use crate::sync::{Mutex, MutexGuard, Thread, park_timeout, this_thread};

/// Once a thread has stood by in vain, so many threads leave at once: twice as many each time, up to this number. So calls that come
/// rarely do not cost a second wake-up each. Not measured.
const MOST_LEAVE: u32 = 64;

/// At most one thread stands by.
#[derive(Default)]
pub(crate) struct Standby {
    state: Mutex<StandbyState>,
}

#[derive(Default)]
struct StandbyState {
    post: Post,
    /// How many threads leave at once before the next one stands by.
    leave: u32,
    /// The value of `leave` after the next wait in vain.
    leave_next: u32,
    /// Whether a thread that stood by has been woken to be a runner.
    was_of_use: bool,
    closed: bool,
}

/// Who stands by.
#[derive(Default)]
enum Post {
    #[default]
    Nobody,
    /// This thread, which is parked or about to be.
    Thread(Thread),
    /// A thread that was woken to be the runner with this number.
    Runner(u64),
}

impl Standby {
    /// Wakes the thread that stands by, to be that `runner`. Returns false if there is none.
    pub(crate) fn wake(&self, runner: u64) -> bool {
        let mut state = self.state.lock();
        if !matches!(state.post, Post::Thread(_)) {
            return false;
        }
        let post = mem::replace(&mut state.post, Post::Runner(runner));
        drop(state);
        if let Post::Thread(thread) = post {
            thread.unpark();
        }
        true
    }

    /// Stands by for that `time` at most. Returns the number of the runner that this thread is to be, or `None` if it is to leave.
    pub(crate) fn wait(&self, time: &mut StandbyTime<'_>) -> Option<u64> {
        let mut state = self.state.lock();
        if state.closed || !matches!(state.post, Post::Nobody) {
            return None;
        }
        if let Some(fewer) = state.leave.checked_sub(1) {
            state.leave = fewer;
            return None;
        }
        state.post = Post::Thread(this_thread());
        let (mut state, runner) = self.park(state, time);
        if runner.is_none() {
            state.leave = state.leave_next;
            state.leave_next = (state.leave_next * 2).clamp(1, MOST_LEAVE);
        } else {
            state.was_of_use = true;
            if time.is_long() {
                state.leave_next = 1;
            }
        }
        runner
    }

    /// Parks until this thread was woken or the time is over. Nobody stands by then.
    fn park<'a>(
        &'a self,
        mut state: MutexGuard<'a, StandbyState>,
        time: &mut StandbyTime<'_>,
    ) -> (MutexGuard<'a, StandbyState>, Option<u64>) {
        let begun = Instant::now();
        let was_of_use = state.was_of_use;
        loop {
            drop(state);
            if was_of_use {
                time.ask();
            }
            let left = time.left(begun.elapsed());
            park_timeout(left);
            state = self.state.lock();
            if let Post::Runner(runner) = state.post {
                state.post = Post::Nobody;
                return (state, Some(runner));
            }
            // A wake-up may be spurious: a body may have left an unused park token.
            if left.is_zero() || state.closed {
                state.post = Post::Nobody;
                return (state, None);
            }
        }
    }

    /// Lets the thread that stands by leave. None does so from now on.
    pub(crate) fn close(&self) {
        let mut state = self.state.lock();
        state.closed = true;
        // One that was woken to be a runner is that first.
        let here = match &state.post {
            Post::Thread(thread) => Some(thread.clone()),
            Post::Nobody | Post::Runner(_) => None,
        };
        drop(state);
        if let Some(thread) = here {
            thread.unpark();
        }
    }
}
