//! How long the thread of a body that waits in `block_on` parks, and when it is to help its pool.

use std::{
    thread,
    time::{Duration, Instant},
};

/// How long a blocked body waits for another thread to take a call of its own. After that it runs the call itself.
///
/// Not measured. It is long compared with a wake-up (a call of the benchmark `seq` takes a few microseconds in all), and too
/// short for anybody to notice.
pub(super) const RUN_QUEUED_AFTER: Duration = Duration::from_millis(1);

/// How long all bodies of a pool may wait, with calls in its queue, before one of these calls runs beyond the limit. Not
/// measured. It is longer than bodies usually wait for something other than their own calls: in that case the limit would be
/// exceeded for nothing.
pub(crate) const RELIEVE_AFTER: Duration = Duration::from_secs(1);

/// The state of one wait.
#[derive(Default)]
pub(super) struct Parked {
    stuck_since: Option<Instant>,
    began: Option<Instant>,
    long: bool,
}

/// What is due after parking.
pub(super) enum Due {
    Nothing,
    /// The threads have been stuck for too long.
    Relief,
    /// The wait is a long one. Due once.
    Notice,
}

impl Parked {
    /// Parks. `stuck`: whether calls are queued while every body waits.
    pub(super) fn park(&mut self, stuck: bool) -> Due {
        if !stuck {
            self.stuck_since = None;
            return self.park_unstuck();
        }
        let since = self.stuck_since.get_or_insert_with(Instant::now);
        match RELIEVE_AFTER.checked_sub(since.elapsed()) {
            Some(left) if !left.is_zero() => thread::park_timeout(left),
            _ => {
                self.stuck_since = None;
                return Due::Relief;
            }
        }
        Due::Nothing
    }

    fn park_unstuck(&mut self) -> Due {
        if self.long {
            thread::park();
            return Due::Nothing;
        }
        let began = *self.began.get_or_insert_with(Instant::now);
        thread::park_timeout(RELIEVE_AFTER);
        self.long = began.elapsed() >= RELIEVE_AFTER;
        if self.long { Due::Notice } else { Due::Nothing }
    }
}
