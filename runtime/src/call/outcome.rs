//! How a call ended, and how many calls ended in each way.

use std::sync::atomic::{AtomicU64, Ordering};

/// How a call ended. The first four are the ends of a body that began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// The body returned.
    Done,
    /// The body panicked.
    Panicked,
    /// The body gave no answer: its worker process died or took too long.
    Failed,
    /// The body was killed, because nobody wanted its result any more.
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

/// One counter for each ending. They only grow.
#[derive(Debug, Default)]
pub(crate) struct EndCounters([AtomicU64; Ending::ALL.len()]);

impl EndCounters {
    /// Counts one more.
    pub(crate) fn add(&self, ending: Ending) {
        // Ordered, so that whoever sees the end of a call sees its beginning too.
        self.0[ending as usize].fetch_add(1, Ordering::Release);
    }

    /// How many calls ended in that way.
    pub(crate) fn get(&self, ending: Ending) -> u64 {
        self.0[ending as usize].load(Ordering::Acquire)
    }
}
