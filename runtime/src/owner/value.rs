//! Stores the value on its thread between bodies.

use std::{any::Any, cell::RefCell};

use crate::unwind::drop_quietly;

thread_local! {
    /// The value of this thread. `None` while a body has it.
    static VALUE: RefCell<Option<Box<dyn Any>>> = const { RefCell::new(None) };
}

/// Stores the value on this thread.
pub(super) fn store<T: 'static>(value: T) {
    VALUE.set(Some(Box::new(value)));
}

/// Drops the value of this thread, if it has one.
pub(super) fn drop_value() {
    drop_quietly(VALUE.take());
}

/// Lends the value to `f`, which must not unwind.
pub(super) fn with_value<T: 'static, R>(f: impl FnOnce(&mut T) -> R) -> R {
    let mut value = take_box();
    let result = f(value.downcast_mut().expect(OWN_VALUE));
    VALUE.set(Some(value));
    result
}

/// Takes the value of this thread.
pub(super) fn take_value<T: 'static>() -> T {
    *take_box().downcast().expect(OWN_VALUE)
}

const OWN_VALUE: &str = "an owner runs bodies on its own thread only, one at a time";

fn take_box() -> Box<dyn Any> {
    VALUE.take().expect(OWN_VALUE)
}
