//! Stands in for the runtime's `call::current`: remembers which call runs on a loom thread. No body here submits anything.

use std::{cell::RefCell, sync::Arc};

use crate::call::{
    blocked::{Blocked, Submitted, ThreadHome},
    signal::Signal,
    traits::Run,
};

loom::thread_local! {
    static CURRENT: RefCell<Option<Arc<dyn Run>>> = RefCell::new(None);
}

/// The call whose body asks.
pub(crate) fn current() -> Arc<dyn Run> {
    let job = CURRENT.with(|current| current.borrow().clone());
    job.expect("asked inside a body")
}

pub(crate) fn enter<T>(
    job: Arc<dyn Run>,
    _caller: Option<Arc<Blocked>>,
    f: impl FnOnce() -> T,
) -> T {
    let outer = CURRENT.with(|current| current.replace(Some(job)));
    let result = f();
    CURRENT.with(|current| current.replace(outer));
    result
}

pub(crate) fn on_thread_of(_home: Arc<dyn ThreadHome>, f: impl FnOnce()) {
    f();
}

pub(crate) const fn blocked() -> Option<Arc<Blocked>> {
    None
}

pub(crate) const fn is_body() -> bool {
    false
}

pub(crate) const fn is_thread_of(_signal: &Arc<Signal>) -> bool {
    false
}

pub(crate) fn remember_call(_submitted: Submitted) {}
