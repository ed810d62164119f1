//! How fast the arguments or the result of a call are sent: slow ways have their time, but nobody keeps a call for ever with single bytes.

use std::time::{Duration, Instant};

/// The least rate of all values of one direction together, in bytes a second. A choice: a way that is slower carries no large values.
pub(super) const LEAST: u64 = 1 << 10;

/// See above.
#[derive(Debug)]
pub(super) struct Rate {
    bytes: u64,
    /// How long these took. While several values were sent, each of them has its share of the time.
    took: Duration,
    counted: Instant,
}

impl Rate {
    pub(super) const fn new(now: Instant) -> Self {
        Self {
            bytes: 0,
            took: Duration::ZERO,
            counted: now,
        }
    }

    /// Time has passed in which so many values were sent.
    pub(super) fn passes(&mut self, values: usize, now: Instant) {
        let time = now.saturating_duration_since(self.counted);
        self.took += time / u32::try_from(values.max(1)).unwrap_or(u32::MAX);
        self.counted = now;
    }

    /// The time until now does not count.
    pub(super) const fn waited(&mut self, now: Instant) {
        self.counted = now;
    }

    pub(super) const fn comes(&mut self, bytes: usize) {
        self.bytes = self.bytes.saturating_add(bytes as u64);
    }

    /// Whether it took longer than at the least rate, and that time besides.
    pub(super) fn is_too_low(&self, besides: Duration) -> bool {
        self.took > besides.saturating_add(Duration::from_secs(self.bytes / LEAST))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_has_its_share_of_the_time() {
        let begun = Instant::now();
        let after = |seconds| begun + Duration::from_secs(seconds);
        let mut rate = Rate::new(begun);
        rate.passes(4, after(40));
        rate.waited(after(1000));
        rate.passes(0, after(1010));
        let besides = Duration::from_secs(19);
        assert!(rate.is_too_low(besides), "{rate:?}");
        rate.comes(1 << 10);
        assert!(!rate.is_too_low(besides), "{rate:?}");
        rate.passes(1, after(1011));
        assert!(rate.is_too_low(besides), "{rate:?}");
    }
}
