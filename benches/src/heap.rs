//! Reads the counters of the allocator, in programs that count.

use std::sync::OnceLock;

/// The work of the allocator so far, for all threads.
#[derive(Clone, Copy, Debug)]
pub struct Heap {
    /// Allocations made; growing in place counts as none.
    pub allocations: usize,
    /// Bytes handed out since the start.
    pub allocated: usize,
    /// Bytes handed out and not given back.
    pub live: usize,
}

/// Sets how a program that counts allocations reads its counters.
///
/// Counting costs two atomic operations for each allocation, so programs that measure time do without.
pub fn install(meter: fn() -> Heap) {
    METER.get_or_init(|| meter);
}

/// Reads the counters.
///
/// # Panics
///
/// In a program that has none.
pub fn read() -> Heap {
    METER.get().expect("this program counts allocations")()
}

static METER: OnceLock<fn() -> Heap> = OnceLock::new();

/// Whether this program counts allocations.
pub fn is_installed() -> bool {
    METER.get().is_some()
}
