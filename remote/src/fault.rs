//! `WorkerFault`: what a pool kills a worker for, whether or not it runs a call.

use std::{fmt, time::Duration};

use serde::{Deserialize, Serialize};

/// What a pool kills a worker for, whether or not it runs a call. Nodes send it to callers, so variants are added at the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum WorkerFault {
    /// It was stopped by this signal, and nobody let it go on for so long.
    Stopped(i32, Duration),
    /// With all it had started it held more memory than this, its limit in bytes.
    Memory(u64),
    /// With all it had started it had more threads than these, too many to be measured for its limit of memory in bytes.
    Crowd {
        /// The limit.
        limit: u64,
        /// How many threads are measured.
        threads: usize,
    },
    /// It closed its connection, and lived on.
    Closed,
}

impl fmt::Display for WorkerFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stopped(signal, time) => write!(
                f,
                "was stopped by signal {signal}, did not go on within {time:?}, and was killed"
            ),
            Self::Closed => f.write_str("closed its connection, and was killed"),
            Self::Memory(limit) => write!(
                f,
                "held more memory than its limit of {limit} bytes, and was killed"
            ),
            Self::Crowd { limit, threads } => write!(
                f,
                "had, with all it had started, more than {threads} threads, too many to measure for its limit of {limit} bytes, and was killed"
            ),
        }
    }
}
