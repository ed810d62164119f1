//! What is said without being asked for: that calls may wait for ever. May import `unwind`.

#[cfg(feature = "tracing")]
mod event;
#[cfg(not(feature = "tracing"))]
mod event_mock;

use std::{fmt, io::Write};

use crate::unwind::catch;

#[cfg(feature = "tracing")]
use event::tell_listener;
#[cfg(not(feature = "tracing"))]
use event_mock::tell_listener;

/// Says it as an event where somebody listens, and on standard error where nobody does. A listener that panics does so for itself:
/// this is the thread of a body that waits, or of somebody who watches over calls.
pub(crate) fn say(pool: &'static str, what: &dyn fmt::Display) {
    if !catch(|| tell_listener(pool, what)).unwrap_or(false) {
        // There may be no such output, and then nobody can be told.
        let _ = writeln!(
            std::io::stderr(),
            "warning: tokio-offload, pool `{pool}`: {what}"
        );
    }
}
