//! The least rate at which large arguments come, and large results are fetched. Slow ways have their time, but no caller keeps a slot or
//! the memory of a node for ever with few bytes.

use std::{
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::{Duration, Instant},
};

use tokio::sync::watch;

/// The least rate of each value, in bytes a second, and the time that it has besides. Choices, far below the rate of any way that carries
/// large values. Other than at a caller, values do not share the time: whoever sends many would get more of it for each.
const LEAST: u64 = 32;
const BESIDES: Duration = Duration::from_secs(600);
/// How often it is checked, and the most time that counts between two checks: after a longer one this process was stopped.
const CHECK: Duration = Duration::from_secs(1);
const ASLEEP: Duration = Duration::from_secs(2);

/// Whether a value of which so many bytes were sent in that time is sent too slowly.
pub(super) fn is_too_slow(bytes: u64, took: Duration) -> bool {
    took > BESIDES + Duration::from_secs(bytes / LEAST)
}

/// The time in which a caller can send arguments.
#[derive(Debug)]
struct TimeToSend {
    took: Duration,
    counted: Instant,
}

impl TimeToSend {
    const fn from(now: Instant) -> Self {
        Self {
            took: Duration::ZERO,
            counted: now,
        }
    }

    /// Time has passed, with or without a connection. Returns all of it that counts.
    fn passes(&mut self, now: Instant, is_up: bool) -> Duration {
        let before = std::mem::replace(&mut self.counted, now);
        if is_up {
            self.took += now.saturating_duration_since(before).min(ASLEEP);
        }
        self.took
    }
}

/// Ready when arguments, of which that many `bytes` have come, come too slowly.
pub(super) async fn too_slow(bytes: &AtomicU64, up: &watch::Receiver<Option<Instant>>) {
    let mut time = TimeToSend::from(Instant::now());
    loop {
        tokio::time::sleep(CHECK).await;
        let took = time.passes(Instant::now(), up.borrow().is_some());
        if is_too_slow(bytes.load(Relaxed), took) {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// When arguments are given up of which so many bytes come each minute, in seconds.
    fn given_up(bytes_a_minute: u64, is_up: impl Fn(u64) -> bool) -> Option<u64> {
        let begun = Instant::now();
        let mut time = TimeToSend::from(begun);
        (1..100_000).find(|second| {
            let took = time.passes(begun + Duration::from_secs(*second), is_up(*second));
            is_too_slow(second / 60 * bytes_a_minute, took)
        })
    }

    /// Each message has as many bytes as it must, so no other limit ends the transfer.
    #[test]
    fn arguments_that_come_slowly_are_given_up() {
        assert_eq!(given_up(0, |_| true), Some(601));
        let slow = given_up(1 << 10, |_| true);
        assert!(slow.is_some_and(|seconds| seconds < 1500), "{slow:?}");
        assert_eq!(given_up(2 << 10, |_| true), None);
    }

    #[test]
    fn a_caller_has_no_less_time_because_of_its_node() {
        // Without a connection for ten minutes of each twenty.
        let with_breaks = given_up(0, |second| second / 600 % 2 == 1);
        assert_eq!(with_breaks, Some(1800));
        // The node was stopped for an hour.
        let begun = Instant::now();
        let mut time = TimeToSend::from(begun);
        let took = time.passes(begun + Duration::from_secs(3600), true);
        assert!(took <= ASLEEP, "{took:?}");
    }
}
