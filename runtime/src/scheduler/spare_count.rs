//! How many spare threads a lane has, and whether one is on its way.

use std::sync::atomic::{AtomicBool, AtomicUsize};

/// The spare threads of a lane.
#[derive(Default)]
pub(crate) struct Spares {
    pub(crate) count: AtomicUsize,
    /// Whether one is on its way that will look for a job when it is there.
    pub(super) one_comes: AtomicBool,
}
