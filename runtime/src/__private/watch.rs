//! What `main` and `test` do for the time limits that they were given, in nanoseconds.

use std::time::Duration;

pub use tokio_offload_watch::{Denied, Watched};

/// Tells of what blocks this runtime for longer than that. The value is held as long as `main` runs in it.
#[must_use]
pub fn main(limit: u64) -> Watched {
    tokio_offload_watch::watch_main(Duration::from_nanos(limit))
}

/// Fails the test that holds the value, if something blocks its runtime for longer than that.
#[must_use]
pub fn deny(limit: u64) -> Denied {
    tokio_offload_watch::deny_blocking(Duration::from_nanos(limit))
}
