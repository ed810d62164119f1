//! Warnings as events.

use std::fmt;

use tracing::Level;

/// Tells whoever listens on this thread, if anybody does.
pub(super) fn tell_listener(pool: &'static str, what: &dyn fmt::Display) -> bool {
    let heard = tracing::event_enabled!(target: "tokio_offload", Level::WARN);
    if heard {
        tracing::warn!(target: "tokio_offload", pool, "{what}");
    }
    heard
}
