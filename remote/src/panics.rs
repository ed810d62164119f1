//! The message and the location of a panic.

use std::{any::Any, cell::Cell, panic};

use serde::{Deserialize, Serialize};

use crate::text::short;

/// The message and the location of a panic.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Panic {
    /// Its text.
    pub message: String,
    /// File, line and column, where known.
    pub location: Option<String>,
}

thread_local! {
    static LAST: Cell<Option<Panic>> = const { Cell::new(None) };
}

/// Sets a panic hook that records each later panic of this process on its thread, and calls the hook that was there.
pub fn note_panics() {
    let report = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        let location = info.location().map(ToString::to_string);
        let message = text(info.payload());
        // A thread may panic while its locals are destroyed.
        let _ = LAST.try_with(|last| last.set(Some(Panic { message, location })));
        report(info);
    }));
}

/// The panic that was just caught. Without the hook the location is unknown.
pub fn caught_panic(payload: &(dyn Any + Send)) -> Panic {
    let noted = LAST.take().unwrap_or_default();
    let message = text(payload);
    let location = noted.location.filter(|_| noted.message == message);
    Panic { message, location }
}

fn text(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&'static str>().copied();
    let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    short(&text.unwrap_or("a value that is no text"))
}
