//! How long the thread of a body that waits in `block_on` parks, and when it is to help its pool.

use std::{
    thread,
    time::{Duration, Instant},
};

/// How long a blocked body waits for another thread to take a call of its own. After that it runs the call itself.
///
/// Not measured. It is long compared with a wake-up (a call of the benchmark `seq` takes a few microseconds in all), and too
/// short for anybody to notice.
const RUN_QUEUED_AFTER: Duration = Duration::from_millis(1);

/// The longest pause between two tries to run a call of one's own for which there is no place. A choice: hardly any work, and short
/// compared with `RELIEVE_AFTER`.
const TRY_AGAIN_AFTER: Duration = Duration::from_millis(64);

/// How long all bodies of a pool may wait, with calls in its queue, before one of these calls runs beyond the limit. Not
/// measured. It is longer than bodies usually wait for something other than their own calls: in that case the limit would be
/// exceeded for nothing.
pub(crate) const RELIEVE_AFTER: Duration = Duration::from_secs(1);

/// A call of the body itself, which perhaps no thread will take.
pub(super) struct OwnCall<F> {
    run: F,
    pause: Duration,
    since: Instant,
}

impl<F: Fn() -> bool> OwnCall<F> {
    /// `at_once`: the one before was not taken by another thread either.
    pub(super) fn new(run: F, at_once: bool) -> Self {
        let pause = if at_once {
            Duration::ZERO
        } else {
            RUN_QUEUED_AFTER
        };
        let since = Instant::now();
        Self { run, pause, since }
    }

    /// How long to wait for another thread to take it.
    pub(super) fn pause(&self) -> Duration {
        self.pause.saturating_sub(self.since.elapsed())
    }

    /// Runs it if no thread has taken it for that long. Returns whether it was run: there may be no place for it.
    pub(super) fn run_if_due(&mut self) -> bool {
        if !self.pause().is_zero() {
            return false;
        }
        self.pause = TRY_AGAIN_AFTER.min(RUN_QUEUED_AFTER.max(2 * self.pause));
        self.since = Instant::now();
        (self.run)()
    }
}

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
    /// Parks, for `at_most` so long. `stuck`: whether calls are queued while every body waits.
    pub(super) fn park(&mut self, stuck: bool, at_most: Option<Duration>) -> Due {
        if !stuck {
            self.stuck_since = None;
            return self.park_unstuck(at_most);
        }
        let since = self.stuck_since.get_or_insert_with(Instant::now);
        match RELIEVE_AFTER.checked_sub(since.elapsed()) {
            Some(left) if !left.is_zero() => park_for(left, at_most),
            _ => {
                self.stuck_since = None;
                return Due::Relief;
            }
        }
        Due::Nothing
    }

    fn park_unstuck(&mut self, at_most: Option<Duration>) -> Due {
        if self.long {
            at_most.map_or_else(thread::park, thread::park_timeout);
            return Due::Nothing;
        }
        let began = *self.began.get_or_insert_with(Instant::now);
        park_for(RELIEVE_AFTER, at_most);
        self.long = began.elapsed() >= RELIEVE_AFTER;
        if self.long { Due::Notice } else { Due::Nothing }
    }
}

fn park_for(time: Duration, at_most: Option<Duration>) {
    thread::park_timeout(at_most.map_or(time, |limit| limit.min(time)));
}
