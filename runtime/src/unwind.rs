//! Runs the user's code where a panic must not go further: wakers, hooks, and the `Drop` of a value that nobody wants.

use std::{
    mem,
    panic::{AssertUnwindSafe, catch_unwind},
    task::Waker,
};

/// Runs `f` and swallows its panic. The panic hook has reported it by then.
pub(crate) fn swallow_panic(f: impl FnOnce()) {
    catch(f);
}

/// Returns what `f` returns, or nothing if it panics.
pub(crate) fn catch<T>(f: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(f)).map_err(forget).ok()
}

/// Drops `value` and swallows the panic of its `Drop`.
pub(crate) fn drop_quietly<T>(value: T) {
    swallow_panic(move || drop(value));
}

/// Wakes all of them, even if one of their wakers panics.
pub(crate) fn wake_all(wakers: impl IntoIterator<Item = Waker>) {
    for waker in wakers {
        swallow_panic(|| waker.wake());
    }
}

/// Drops a panic payload. A payload whose own `Drop` panics is leaked: dropping the new payload could panic again, without
/// end.
fn forget(payload: Box<dyn std::any::Any + Send>) {
    if let Err(again) = catch_unwind(AssertUnwindSafe(move || drop(payload))) {
        mem::forget(again);
    }
}
