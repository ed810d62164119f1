//! What travels with a call to a worker process beside its arguments.

use crate::{carry::Headers, context::Luggage};

/// The headers of a call that is made here and now.
pub(crate) fn of_call() -> Headers {
    Luggage::headers()
}

/// Runs `body`, which must not unwind, in a worker, in the context that the headers of its call tell of.
pub(crate) fn around(headers: &[(String, String)], body: &mut dyn FnMut()) {
    match Luggage::read(headers) {
        Some(mut luggage) => luggage.enter(body),
        None => body(),
    }
}
