//! How a call ended, and how many calls ended in each way.

use std::sync::atomic::{AtomicU64, Ordering};

/// How a call ended. The first four are for bodies that had begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// The body returned.
    Done,
    /// The body panicked.
    Panicked,
    /// The body returned nothing: its worker process died or exceeded a limit.
    Failed,
    /// The body was killed, because its caller had dropped the call.
    Killed,
    /// The call was dropped or cancelled before its body began.
    Cancelled,
    /// The call was refused.
    Refused,
}

impl Ending {
    /// Every one, in the order of declaration.
    const ALL: [Self; 6] = [
        Self::Done,
        Self::Panicked,
        Self::Failed,
        Self::Killed,
        Self::Cancelled,
        Self::Refused,
    ];
}

/// One monotonic counter for each ending.
#[derive(Debug, Default)]
pub(crate) struct EndCounters([AtomicU64; Ending::ALL.len()]);

impl EndCounters {
    /// Counts a call that ended in that way.
    pub(crate) fn add(&self, ending: Ending) {
        // `Release`: a thread that reads the end of a call reads its beginning too.
        self.0[ending as usize].fetch_add(1, Ordering::Release);
    }

    /// The number of calls that ended in that way.
    pub(crate) fn get(&self, ending: Ending) -> u64 {
        self.0[ending as usize].load(Ordering::Acquire)
    }
}
