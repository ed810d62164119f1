//! Warnings that need no setting: calls may wait for ever. They are events of `tracing` (`event`) or lines on standard error.
//!
//! May import `unwind`.

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

/// Emits a warning as an event if a subscriber takes it, else on standard error. A panic of the subscriber is caught, because this is the
/// thread of a body that waits, or the monitor.
pub(crate) fn say(pool: &'static str, what: &dyn fmt::Display) {
    if !catch(|| tell_listener(pool, what)).unwrap_or(false) {
        // If standard error is closed, the warning is lost.
        let _ = writeln!(
            std::io::stderr(),
            "warning: tokio-offload, pool `{pool}`: {what}"
        );
    }
}
