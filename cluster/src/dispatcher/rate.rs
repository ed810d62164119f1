//! How fast the arguments or the result of a call are sent: slow connections get their time, but nobody keeps a call for ever with single
//! bytes.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

/// The least rate of all values of one direction together, in bytes a second. Far below the rate of any connection that carries large
/// values, because this process may have a small share of its connection, and of a node's. With more, transfers on slow connections fail;
/// with less, a peer that sends hardly anything keeps a call for longer.
pub(super) const LEAST: u64 = 32;

/// The time that a value of one direction has had for itself, as in fair queueing: while several are sent, it passes more slowly.
pub(super) type VirtualTime = Duration;

/// The values that are being sent in one direction.
#[derive(Debug, Default)]
pub(super) struct Direction {
    values: usize,
    time: VirtualTime,
    counted: Option<Instant>,
    /// How many values there were until when. The numbers fall from front to back, since only the largest since a time matters.
    most: VecDeque<(Instant, usize)>,
}

impl Direction {
    /// Advances the virtual time to `now`. Must be called before the number of values changes.
    pub(super) fn passes(&mut self, now: Instant) {
        let counted = self.counted.replace(now);
        let time = counted.map_or(Duration::ZERO, |then| now.saturating_duration_since(then));
        self.time += time / u32::try_from(self.values.max(1)).unwrap_or(u32::MAX);
    }

    pub(super) const fn begins(&mut self) {
        self.values += 1;
    }

    pub(super) fn ends(&mut self) {
        if let Some(now) = self.counted {
            let is_less = |(_, values): &(Instant, usize)| *values <= self.values;
            while self.most.back().is_some_and(is_less) {
                self.most.pop_back();
            }
            self.most.push_back((now, self.values));
        }
        self.values -= 1;
    }

    pub(super) const fn time(&self) -> VirtualTime {
        self.time
    }

    #[cfg(test)]
    pub(super) const fn values(&self) -> usize {
        self.values
    }

    /// How many values there were at most since then.
    pub(super) fn most_since(&self, then: Instant) -> usize {
        let before = self.most.partition_point(|(until, _)| *until < then);
        let most = self.most.get(before).map_or(0, |(_, values)| *values);
        most.max(self.values)
    }
}

/// How fast one value is sent.
#[derive(Debug)]
pub(super) struct Rate {
    bytes: u64,
    /// How long these bytes took.
    took: VirtualTime,
    counted: VirtualTime,
}

impl Rate {
    pub(super) const fn new(time: VirtualTime) -> Self {
        Self {
            bytes: 0,
            took: Duration::ZERO,
            counted: time,
        }
    }

    /// Counts the time since the last change as time of this value.
    pub(super) fn passes(&mut self, time: VirtualTime) {
        self.took += time.saturating_sub(self.counted);
        self.counted = time;
    }

    /// Leaves the time since the last change out.
    pub(super) const fn waited(&mut self, time: VirtualTime) {
        self.counted = time;
    }

    pub(super) const fn comes(&mut self, bytes: usize) {
        self.bytes = self.bytes.saturating_add(bytes as u64);
    }

    /// Whether it took longer than it would at the least rate, by more than `besides`.
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
        let mut way = Direction::default();
        let mut at = |seconds, values: usize| {
            way.passes(begun + Duration::from_secs(seconds));
            while way.values < values {
                way.begins();
            }
            while way.values > values {
                way.ends();
            }
            way.time()
        };
        let mut rate = Rate::new(at(0, 4));
        // Four values for 20 s, two for 10 s, and then this one.
        at(20, 2);
        rate.passes(at(30, 1));
        rate.waited(at(1000, 1));
        rate.passes(at(1010, 0));
        let besides = Duration::from_secs(19);
        assert!(rate.is_too_low(besides), "{rate:?}");
        rate.comes(1 << 5);
        assert!(!rate.is_too_low(besides), "{rate:?}");
        rate.passes(at(1011, 1));
        assert!(rate.is_too_low(besides), "{rate:?}");
    }

    #[test]
    fn the_most_values_since_a_time_are_known() {
        let begun = Instant::now();
        let after = |seconds| begun + Duration::from_secs(seconds);
        let mut way = Direction::default();
        // The number of values from each second on.
        let numbers = [1_usize, 2, 5, 3, 4, 1, 2, 0, 1];
        for (second, number) in (0..).zip(numbers) {
            way.passes(after(second));
            while way.values < number {
                way.begins();
            }
            while way.values > number {
                way.ends();
            }
            let is_right = (0..second).zip(0..).all(|(then, first)| {
                let last = numbers.len().min(usize::try_from(second).unwrap() + 1);
                let most = numbers[first..last].iter().max();
                most == Some(&way.most_since(after(then) + Duration::from_millis(500)))
            });
            assert!(is_right, "{second}: {way:?}");
        }
    }
}
