//! Runs code of the user's where a panic must not travel on: wakers, hooks, and `Drop` of what nobody wants.

use std::{
    mem,
    panic::{AssertUnwindSafe, catch_unwind},
    task::Waker,
};

/// Runs `f` and swallows its panic, which the panic hook has reported by then.
pub(crate) fn swallow_panic(f: impl FnOnce()) {
    catch(f);
}

/// What `f` gives, unless it panics.
pub(crate) fn catch<T>(f: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(f)).map_err(forget).ok()
}

/// Drops `value` and swallows the panic of its `Drop`.
pub(crate) fn drop_quietly<T>(value: T) {
    swallow_panic(move || drop(value));
}

/// Wakes everybody, whatever one of their wakers does.
pub(crate) fn wake_all(wakers: impl IntoIterator<Item = Waker>) {
    for waker in wakers {
        swallow_panic(|| waker.wake());
    }
}

/// Drops a panic payload; a payload that panics in its own `Drop` is leaked, or this would never end.
fn forget(payload: Box<dyn std::any::Any + Send>) {
    if let Err(again) = catch_unwind(AssertUnwindSafe(move || drop(payload))) {
        mem::forget(again);
    }
}
