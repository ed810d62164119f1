//! What the attributes on `main` and on tests do with the time limit they were given, in nanoseconds.

use std::time::Duration;

pub use tokio_offload_watch::{Denied, Watched};

/// Warns about code that blocks this runtime for longer than the limit. `main` holds the value while it runs in the runtime.
#[must_use]
pub fn main(limit: u64) -> Watched {
    tokio_offload_watch::watch_main(Duration::from_nanos(limit))
}

/// Fails the test that holds the value if something blocks its runtime for longer than the limit.
#[must_use]
pub fn deny(limit: u64) -> Denied {
    tokio_offload_watch::deny_blocking(Duration::from_nanos(limit))
}
