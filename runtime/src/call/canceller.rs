//! The threads that run cancel actions, which may block. There are few; they start on demand and end when idle.
//!
//! Cancelling starts at most one thread, however many actions there are: a thread that takes an action while others are queued
//! starts the next thread first. Beyond `PROMPT` threads, each new thread sleeps before it takes work. So actions that never
//! end delay the others, but do not block them.

use std::{
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use super::cancel_threads::{CancelThreads, Need};
use crate::{sync::spawn, unwind::swallow_panic};

/// The number of threads that take actions without a delay. An action that never ends occupies one of them. Not measured: more than a
/// program has hanging actions, and few enough that their memory does not matter.
const PROMPT: usize = 64;

/// How long a thread beyond that number waits before it takes work. Not measured: actions usually take much less.
const LATE: Duration = Duration::from_secs(1);

/// How long an idle thread waits for the next action. Not measured: starting a thread costs far less than a second.
const KEEP_ALIVE: Duration = Duration::from_secs(1);

type Actions = Box<dyn FnOnce() + Send>;

static THREADS: Mutex<CancelThreads<Actions>> = Mutex::new(CancelThreads::new(PROMPT));
static MORE: Condvar = Condvar::new();

/// Queues `work`, first in, first out. It runs on this thread if there is no other and the system refuses to start one.
pub(crate) fn run(work: Actions) {
    let need = lock().push(work);
    satisfy(need);
}

fn lock() -> MutexGuard<'static, CancelThreads<Actions>> {
    THREADS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Wakes or starts a thread if there is work for it.
fn satisfy(need: Need) {
    let late = match need {
        Need::Nothing => return,
        Need::Wake => return MORE.notify_one(),
        Need::Start { late } => late,
    };
    if spawn("offload-cancel".into(), None, Box::new(move || serve(late))).is_err() {
        let left = lock().refused(late);
        for work in left {
            swallow_panic(work);
        }
    }
}

fn serve(late: bool) {
    if late {
        thread::sleep(LATE);
        lock().has_waited();
    }
    loop {
        let mut threads = lock();
        if let Some((work, need)) = threads.take() {
            drop(threads);
            satisfy(need);
            swallow_panic(work);
            continue;
        }
        threads.begin_idle();
        let (mut threads, waited) = MORE
            .wait_timeout(threads, KEEP_ALIVE)
            .unwrap_or_else(PoisonError::into_inner);
        if threads.end_idle(waited.timed_out()) {
            return;
        }
    }
}
