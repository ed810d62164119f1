//! The call that this worker has now, and whether its body should stop.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::{sync::Mutex, unwind::swallow_panic};

static NOW: Mutex<Now> = Mutex::new(Now {
    busy: false,
    call: 0,
    asked_to_stop: false,
    leaving: false,
});

/// A copy of `asked_to_stop`, for bodies that check it often.
static STOP: AtomicBool = AtomicBool::new(false);

struct Now {
    /// Whether there is a call: from before its first byte is read until the last byte of its reply is sent.
    busy: bool,
    /// The number of the call whose body runs, or zero.
    call: u64,
    asked_to_stop: bool,
    /// Whether the worker ends after this call.
    leaving: bool,
}

pub(crate) fn stop_requested() -> bool {
    STOP.load(Ordering::Relaxed)
}

/// A call has arrived. Returns whether this worker may read it: a worker that is about to exit leaves it to another one.
pub(super) fn arrive() -> bool {
    let mut now = NOW.lock();
    now.busy = !now.leaving;
    now.busy
}

/// A body begins. If the worker was asked to end while the call was read, this body is asked to stop.
pub(super) fn begin(call: u64) {
    let mut now = NOW.lock();
    now.call = call;
    now.asked_to_stop = now.leaving;
    STOP.store(now.leaving, Ordering::Relaxed);
}

/// The body has returned. Returns whether the worker must end.
pub(super) fn end() -> bool {
    let mut now = NOW.lock();
    now.call = 0;
    STOP.store(false, Ordering::Relaxed);
    now.leaving
}

/// The reply is sent. Returns whether the worker must end.
pub(super) fn finish() -> bool {
    let mut now = NOW.lock();
    now.busy = false;
    now.leaving
}

/// Asks this call to stop, if it is the one that runs.
pub(super) fn stop(call: u64, on_stop: fn()) {
    let mut now = NOW.lock();
    if call != 0 && now.call == call {
        ask_to_stop(&mut now, on_stop);
    }
}

/// Asks the running body to stop, and the worker to end after it. Returns whether there is no call, so that the worker can
/// end at once.
pub(super) fn leave(on_stop: fn()) -> bool {
    let mut now = NOW.lock();
    now.leaving = true;
    if now.call != 0 {
        ask_to_stop(&mut now, on_stop);
    }
    !now.busy
}

/// The action runs under the lock. So the call cannot end, and no other call can begin, before the action has returned.
fn ask_to_stop(now: &mut Now, on_stop: fn()) {
    if !now.asked_to_stop {
        now.asked_to_stop = true;
        STOP.store(true, Ordering::Relaxed);
        // The panic hook has reported a panic of the action. The body counts as asked to stop in any case.
        swallow_panic(on_stop);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One test, because there is one call at a time in a process.
    #[test]
    fn a_question_is_for_one_call_and_asked_once() {
        static ASKED: Mutex<u32> = Mutex::new(0);
        let on_stop = || *ASKED.lock() += 1;
        assert!(!stop_requested());
        assert!(arrive());
        begin(1);
        stop(1, on_stop);
        stop(1, on_stop);
        assert!(stop_requested());
        assert_eq!(*ASKED.lock(), 1);
        assert!(!end());
        assert!(!stop_requested());
        // A request that was meant for the previous call arrives late.
        begin(2);
        stop(1, on_stop);
        assert!(!stop_requested());
        stop(2, || panic!("an action that panics"));
        assert!(stop_requested());
        assert!(!end());
        // Between calls there is no body to ask, and the worker may end at once.
        stop(0, on_stop);
        assert!(!stop_requested());
        begin(3);
        assert!(!leave(on_stop));
        assert!(stop_requested());
        assert!(end());
        // The reply is being sent.
        assert!(!leave(on_stop));
        assert!(finish());
        assert!(leave(on_stop));
        assert_eq!(*ASKED.lock(), 2);
        // The next call is for another worker.
        assert!(!arrive());
        // A call that was being read when the request came sees it when its body begins.
        NOW.lock().busy = true;
        begin(4);
        assert!(stop_requested());
        assert_eq!(*ASKED.lock(), 2);
    }
}
