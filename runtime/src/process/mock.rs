//! Stands in for `worker` where the feature `process` is off: the same name, no worker processes.

/// Lets this program be its own worker processes: the first thing in `main`. Without the feature `process` it has none, and this
/// does nothing.
///
/// ```
/// tokio_offload::init();
/// // The program.
/// ```
pub fn init() {}
