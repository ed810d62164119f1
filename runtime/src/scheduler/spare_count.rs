//! The number of spare threads of a lane.

use std::sync::atomic::{AtomicBool, AtomicUsize};

/// The spare threads of a lane.
#[derive(Default)]
pub(crate) struct Spares {
    pub(crate) count: AtomicUsize,
    /// Whether one was requested that takes its job when it arrives.
    pub(super) is_one_requested: AtomicBool,
}
