//! When a process to which the servers refuse its inbox connects again, because its rights may have been given back since.

use std::time::{Duration, Instant};

/// The first pause between two connections, and the longest. With less, servers get more connections of a process without rights; with
/// more, it works later after rights were given.
const FIRST: Duration = Duration::from_secs(5);
const LONGEST: Duration = Duration::from_secs(60);

/// Each pause is twice as long as the one before, until something is received.
#[derive(Debug)]
pub(super) struct Retry {
    next: Instant,
    pause: Duration,
}

impl Retry {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            next: now,
            pause: FIRST,
        }
    }

    /// Whether to connect again now. If so, the next pause begins.
    pub(super) fn is_due(&mut self, now: Instant) -> bool {
        let is_due = now >= self.next;
        if is_due {
            self.next = now + self.pause;
            self.pause = (self.pause * 2).min(LONGEST);
        }
        is_due
    }

    /// A message has arrived.
    pub(super) const fn heard(&mut self) {
        self.pause = FIRST;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_until_something_is_heard() {
        let mut now = Instant::now();
        let mut retry = Retry::new(now);
        assert!(retry.is_due(now));
        for seconds in [5, 10, 20, 40, 60, 60] {
            now += Duration::from_millis(seconds * 1000 - 1);
            assert!(!retry.is_due(now), "{seconds}");
            now += Duration::from_millis(1);
            assert!(retry.is_due(now), "{seconds}");
        }
        retry.heard();
        now += LONGEST;
        assert!(retry.is_due(now));
        now += FIRST;
        assert!(retry.is_due(now));
    }
}
