//! What is said without being asked for: that calls may wait for ever. May import nothing.

#[cfg(feature = "tracing")]
mod event;
#[cfg(not(feature = "tracing"))]
mod event_mock;

use std::{fmt, io::Write};

#[cfg(feature = "tracing")]
use event::tell_listener;
#[cfg(not(feature = "tracing"))]
use event_mock::tell_listener;

/// Says it as an event where somebody listens, and on standard error where nobody does.
pub(crate) fn say(pool: &'static str, what: &dyn fmt::Display) {
    if !tell_listener(pool, what) {
        // There may be no such output, and then nobody can be told.
        let _ = writeln!(
            std::io::stderr(),
            "warning: tokio-offload, pool `{pool}`: {what}"
        );
    }
}
