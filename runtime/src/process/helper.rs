//! The helper process of the watch, which is this program too.

/// In a helper this does its work and exits.
pub(super) fn init() {
    tokio_offload_watch::init();
}
