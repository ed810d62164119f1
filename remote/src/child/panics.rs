//! What a panic of a body had to say.

use std::{any::Any, cell::Cell, panic};

use crate::wire::message::Panic;

/// A message as long as a book helps nobody.
const LONGEST: usize = 64 << 10;

thread_local! {
    static LAST: Cell<Option<Panic>> = const { Cell::new(None) };
}

/// Notes panics of the current thread, beside what is done with them anyway.
pub(super) fn note() {
    let report = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        let location = info.location().map(ToString::to_string);
        let message = text(info.payload());
        LAST.set(Some(Panic { message, location }));
        report(info);
    }));
}

/// The panic that was just caught. One that the hook has not seen has no location.
pub(super) fn caught(payload: &(dyn Any + Send)) -> Panic {
    let noted = LAST.take().unwrap_or_default();
    let message = text(payload);
    let location = noted.location.filter(|_| noted.message == message);
    Panic { message, location }
}

fn text(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&'static str>().copied();
    let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    let text = text.unwrap_or("a value that is no text");
    let mut end = text.len().min(LONGEST);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text[..end].to_owned()
}
