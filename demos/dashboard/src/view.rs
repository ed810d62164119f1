//! The contents of the screen at one moment, as plain data.

use std::time::Duration;

/// Everything that is drawn.
#[derive(Clone, Debug, Default)]
pub(crate) struct View {
    /// The state of the work, in a line.
    pub(crate) title: String,
    pub(crate) pools: Vec<Row>,
    pub(crate) functions: Vec<Row>,
    /// The last reports about functions that blocked a worker, the newest last.
    pub(crate) blocked: Vec<String>,
    /// The advice of the library.
    pub(crate) advice: Vec<String>,
}

/// One pool or one function.
#[derive(Clone, Debug, Default)]
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) running: u64,
    /// The limit of running calls, if there is one.
    pub(crate) limit: Option<usize>,
    pub(crate) waiting: u64,
    /// Calls that ended per second.
    pub(crate) rate: f64,
    pub(crate) wait: Times,
    pub(crate) run: Times,
    /// A number for each snapshot, the latest last: calls that waited in a pool, or calls that a function finished.
    pub(crate) history: Vec<u64>,
}

/// How long something took lately; nothing if it did not happen.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Times {
    pub(crate) p50: Option<Duration>,
    pub(crate) p99: Option<Duration>,
}
