//! The threads that run cancel actions, which may block: few, started when there is work, gone when there is none.
//!
//! Whoever cancels pays for one thread at most, however many actions there are: a thread that takes an action while others wait
//! starts the next thread first. Beyond a number of threads, each waits before it takes work: so actions that never end hold up the
//! others for a while, and not for ever.

use std::{
    collections::VecDeque,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use crate::unwind::swallow_panic;

/// How many threads take work at once. Actions that never end hold one each.
const PROMPT: usize = 64;

/// How long a thread beyond those waits before it takes work. Not measured: long beside what actions do, as a rule.
const LATE: Duration = Duration::from_secs(1);

/// How long a thread waits for more.
const KEEP_ALIVE: Duration = Duration::from_secs(1);

type Actions = Box<dyn FnOnce() + Send>;

struct Canceller {
    work: VecDeque<Actions>,
    threads: usize,
    idle: usize,
    /// Whether a thread waits to see if those there are come to the work.
    late: bool,
}

static STATE: Mutex<Canceller> = Mutex::new(Canceller {
    work: VecDeque::new(),
    threads: 0,
    idle: 0,
    late: false,
});
static MORE: Condvar = Condvar::new();

/// Has `work` run soon, in the order of arrival; here if the system has no thread for it and there is none.
pub(crate) fn run(work: Actions) {
    let mut state = lock();
    state.work.push_back(work);
    send(state);
}

fn lock() -> MutexGuard<'static, Canceller> {
    STATE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Wakes or starts a thread if there is work for it.
fn send(mut state: MutexGuard<'_, Canceller>) {
    if state.work.is_empty() {
        return;
    }
    if state.idle > 0 {
        drop(state);
        return MORE.notify_one();
    }
    let late = state.threads >= PROMPT;
    if late && state.late {
        return;
    }
    state.late |= late;
    state.threads += 1;
    drop(state);
    let thread = thread::Builder::new().name("offload-cancel".into());
    if thread.spawn(move || serve(late)).is_err() {
        let mut state = lock();
        state.threads -= 1;
        state.late &= !late;
        // Others will come to it, or else nobody.
        let left = match state.threads {
            0 => std::mem::take(&mut state.work),
            _ => VecDeque::new(),
        };
        drop(state);
        for work in left {
            swallow_panic(work);
        }
    }
}

fn serve(late: bool) {
    if late {
        thread::sleep(LATE);
        lock().late = false;
    }
    let mut state = lock();
    loop {
        if let Some(work) = state.work.pop_front() {
            send(state);
            swallow_panic(work);
            state = lock();
            continue;
        }
        state.idle += 1;
        let (woken, waited) = MORE
            .wait_timeout(state, KEEP_ALIVE)
            .unwrap_or_else(PoisonError::into_inner);
        state = woken;
        state.idle -= 1;
        if waited.timed_out() && state.work.is_empty() {
            state.threads -= 1;
            return;
        }
    }
}
