//! Stands in for the runtime's `call::current`: remembers which call runs on a loom thread, and who waits where something is submitted.

use std::{cell::RefCell, sync::Arc};

use crate::call::{
    block_on::{
        blocked::{Blocked, RunningCall, ThreadHome},
        own_slot::OwnSlot,
    },
    signal::Signal,
    traits::Submitted,
};

loom::thread_local! {
    static CURRENT: RefCell<Option<Arc<dyn RunningCall>>> = RefCell::new(None);
    static WAITING: RefCell<Option<Arc<Blocked>>> = RefCell::new(None);
}

/// The body that asks.
pub(crate) fn current() -> Arc<dyn RunningCall> {
    let body = CURRENT.with(|current| current.borrow().clone());
    body.expect("asked inside a body")
}

/// Whether a body runs on this thread.
pub(crate) fn is_entered() -> bool {
    CURRENT.with(|current| current.borrow().is_some())
}

pub(crate) fn enter<T>(
    body: Arc<dyn RunningCall>,
    place: Option<Arc<OwnSlot>>,
    f: impl FnOnce() -> T,
) -> (T, Arc<dyn RunningCall>, Option<Arc<OwnSlot>>) {
    let outer = CURRENT.with(|current| current.replace(Some(body)));
    let result = f();
    let body = CURRENT.with(|current| current.replace(outer));
    (result, body.expect("the body was put there"), place)
}

pub(crate) fn as_no_body(f: impl FnOnce()) {
    f();
}

pub(crate) fn on_thread_of(_home: Arc<dyn ThreadHome>, f: impl FnOnce()) {
    f();
}

/// Does `f` as a body does that waits as `blocked`.
pub(crate) fn waiting_as<T>(blocked: Arc<Blocked>, f: impl FnOnce() -> T) -> T {
    WAITING.with(|waiting| waiting.replace(Some(blocked)));
    let result = f();
    WAITING.with(|waiting| waiting.replace(None));
    result
}

pub(crate) fn blocked() -> Option<Arc<Blocked>> {
    WAITING.with(|waiting| waiting.borrow().clone())
}

pub(crate) fn is_body() -> bool {
    blocked().is_some()
}

pub(crate) const fn is_thread_of(_signal: &Arc<Signal>) -> bool {
    false
}

pub(crate) fn remember_call(_submitted: Submitted, _threads: &Arc<Signal>) {}
