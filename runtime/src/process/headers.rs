//! What travels with a call to a worker process beside its arguments.

use tokio_offload_remote as engine;

use crate::context::{
    Captured,
    carry::{self, Headers},
};

/// The headers of a call that is made here and now.
pub(crate) fn of_call() -> Headers {
    carry::inject()
}

/// A call that is started here and now: what is current here goes with it, and what is not set here, but was where it was made.
pub(crate) fn renew(mut call: engine::Call) -> engine::Call {
    call.add_headers(of_call());
    call
}

/// Runs `body`, which must not unwind, in a worker, in the context that the headers of its call tell of.
pub(crate) fn around(headers: &[(String, String)], body: &mut dyn FnMut()) {
    match Captured::new(None, carry::extract(headers)) {
        Some(mut captured) => captured.enter(body),
        None => body(),
    }
}
