//! Many durations in a few numbers.

use std::time::Duration;

/// How far many durations are apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spread {
    /// Half of them are at most this long.
    pub p50: Duration,
    /// 9 of 10 are at most this long.
    pub p90: Duration,
    /// 99 of 100 are at most this long.
    pub p99: Duration,
    /// The longest.
    pub max: Duration,
}

impl Spread {
    /// Sorts the durations out; nothing if there are none.
    ///
    /// ```
    /// use std::time::Duration;
    /// use offload_examples::spread::Spread;
    ///
    /// let spread = Spread::of((1..=200).map(Duration::from_millis)).unwrap();
    /// assert_eq!([spread.p50, spread.p90, spread.max].map(|d| d.as_millis()), [100, 180, 200]);
    /// ```
    pub fn of(durations: impl IntoIterator<Item = Duration>) -> Option<Self> {
        let mut sorted: Vec<_> = durations.into_iter().collect();
        sorted.sort_unstable();
        let rank = |percent: usize| {
            let rank = (sorted.len() * percent).div_ceil(100).max(1);
            sorted.get(rank - 1).copied()
        };
        Some(Self {
            p50: rank(50)?,
            p90: rank(90)?,
            p99: rank(99)?,
            max: rank(100)?,
        })
    }
}

/// Milliseconds with one digit behind the point.
///
/// ```
/// use std::time::Duration;
///
/// assert_eq!(offload_examples::spread::millis(Duration::from_micros(1250)), "1.2");
/// ```
#[must_use]
pub fn millis(duration: Duration) -> String {
    format!("{:.1}", duration.as_secs_f64() * 1e3)
}
