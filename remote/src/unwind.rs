//! Runs user code whose panics must not propagate: wakers, actions, and the `Drop` of panic payloads.

use std::{
    mem,
    panic::{AssertUnwindSafe, catch_unwind},
    task::Waker,
};

/// Runs `f` and swallows its panic. The panic hook has reported it by then.
pub(crate) fn swallow_panic(f: impl FnOnce()) {
    if let Err(payload) = catch_unwind(AssertUnwindSafe(f)) {
        forget(payload);
    }
}

/// Wakes all of them, even if one of their wakers panics.
pub(crate) fn wake_all(wakers: impl IntoIterator<Item = Waker>) {
    for waker in wakers {
        swallow_panic(|| waker.wake());
    }
}

/// Drops a panic payload. A payload whose own `Drop` panics is leaked: dropping the new payload could panic again, without
/// end.
pub(crate) fn forget(payload: Box<dyn std::any::Any + Send>) {
    if let Err(again) = catch_unwind(AssertUnwindSafe(move || drop(payload))) {
        mem::forget(again);
    }
}
