//! The call that this worker has now, and whether its body should stop.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::{sync::Mutex, unwind::quietly};

static NOW: Mutex<Now> = Mutex::new(Now {
    busy: false,
    call: 0,
    told: false,
    leaving: false,
});

/// The same as `told`, for bodies that look at it often.
static STOP: AtomicBool = AtomicBool::new(false);

struct Now {
    /// There is a call: from before its first byte is read until after the last byte of its reply is sent.
    busy: bool,
    /// The one whose body runs, or zero.
    call: u64,
    told: bool,
    /// The worker ends after this call.
    leaving: bool,
}

pub(crate) fn stop_requested() -> bool {
    STOP.load(Ordering::Relaxed)
}

/// A call is there to be read. Whether it may be: a worker that goes leaves it for another one.
pub(super) fn arrive() -> bool {
    let mut now = NOW.lock();
    now.busy = !now.leaving;
    now.busy
}

/// A body begins. What asked the worker to go while the call was read has asked this body to stop.
pub(super) fn begin(call: u64) {
    let mut now = NOW.lock();
    now.call = call;
    now.told = now.leaving;
    STOP.store(now.leaving, Ordering::Relaxed);
}

/// The body has returned. Whether the worker has to go.
pub(super) fn end() -> bool {
    let mut now = NOW.lock();
    now.call = 0;
    STOP.store(false, Ordering::Relaxed);
    now.leaving
}

/// The reply is sent. Whether the worker has to go.
pub(super) fn rest() -> bool {
    let mut now = NOW.lock();
    now.busy = false;
    now.leaving
}

/// Asks this call to stop, if it is the one that runs.
pub(super) fn stop(call: u64, on_stop: fn()) {
    let mut now = NOW.lock();
    if call != 0 && now.call == call {
        tell(&mut now, on_stop);
    }
}

/// Asks whatever runs to stop, and the worker to go after it. Whether there is no call, and so it can go at once.
pub(super) fn leave(on_stop: fn()) -> bool {
    let mut now = NOW.lock();
    now.leaving = true;
    if now.call != 0 {
        tell(&mut now, on_stop);
    }
    !now.busy
}

/// The action runs under the lock, and so the call cannot end, and no other begin, before it has returned.
fn tell(now: &mut Now, on_stop: fn()) {
    if !now.told {
        now.told = true;
        STOP.store(true, Ordering::Relaxed);
        // Its panic was reported; the body has been told all the same.
        quietly(on_stop);
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
        // What was meant for the call before arrives late.
        begin(2);
        stop(1, on_stop);
        assert!(!stop_requested());
        stop(2, || panic!("an action that panics"));
        assert!(stop_requested());
        assert!(!end());
        // Between calls nobody is asked, and the worker may go at once.
        stop(0, on_stop);
        assert!(!stop_requested());
        begin(3);
        assert!(!leave(on_stop));
        assert!(stop_requested());
        assert!(end());
        // The reply is on its way.
        assert!(!leave(on_stop));
        assert!(rest());
        assert!(leave(on_stop));
        assert_eq!(*ASKED.lock(), 2);
        // What comes now is for another worker.
        assert!(!arrive());
        // What was read when the question came learns of it when it begins.
        NOW.lock().busy = true;
        begin(4);
        assert!(stop_requested());
        assert_eq!(*ASKED.lock(), 2);
    }
}
