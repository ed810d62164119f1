//! The headers of a call: what is sent besides its arguments.

use tokio_offload_remote::Ongoing;

use super::identity;
use crate::context::{
    Captured,
    carry::{self, Headers},
};

/// The headers of a call that is made here and now.
pub(crate) fn of_call() -> Headers {
    carry::inject()
}

/// The call is started here and now: what is current here goes with it, and what is not set here, but was where it was made.
pub(crate) fn renew(call: &mut dyn Ongoing) {
    call.add_headers(of_call());
}

/// Runs `body`, which must not unwind, where calls are answered, in the context that the headers of its call tell of.
pub fn around(headers: &[(String, String)], body: &mut dyn FnMut()) {
    let mut body = || identity::around(headers, body);
    match Captured::new(None, carry::extract(headers)) {
        Some(mut captured) => captured.enter(&mut body),
        None => body(),
    }
}
