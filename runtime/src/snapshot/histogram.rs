//! How long things took: plain data that can be asked for quantiles.

use std::time::Duration;

/// How many calls took how long, in buckets that are at most 1/16 of their value wide.
///
/// Times are in nanoseconds. Times above 2^44 ns, almost five hours, count in the last bucket.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// tokio_offload::run(|| ()).await;
/// let run = &tokio_offload::snapshot().functions[0].run;
/// println!("{} calls, median {:?}, p99 {:?}", run.count(), run.quantile(0.5), run.quantile(0.99));
/// # assert_eq!(run.count(), 1);
/// # }
/// ```
// `PRECISION` and `LONGEST` in `call/meter.rs` decide both.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Histogram {
    /// The buckets that are not empty, in rising order.
    buckets: Vec<Bucket>,
}

/// The calls that took between `from` and `to`, both included.
///
/// ```
/// for function in tokio_offload::snapshot().functions {
///     for bucket in function.run.buckets() {
///         println!("{:?} to {:?}: {} calls", bucket.from, bucket.to, bucket.count);
///     }
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Bucket {
    /// The shortest time counted here.
    pub from: Duration,
    /// The longest time counted here.
    pub to: Duration,
    /// How many calls.
    pub count: u64,
}

impl Histogram {
    pub(crate) fn new(counts: &histogram::Histogram) -> Self {
        let buckets = counts.into_iter().filter(|bucket| bucket.count() > 0);
        Self {
            buckets: buckets
                .map(|bucket| Bucket {
                    from: Duration::from_nanos(bucket.start()),
                    to: Duration::from_nanos(bucket.end()),
                    count: bucket.count(),
                })
                .collect(),
        }
    }

    /// The buckets that are not empty, in rising order.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// tokio_offload::run(|| ()).await;
    /// let all = tokio_offload::snapshot();
    /// let run = &all.functions[0].run;
    /// assert_eq!(run.buckets().iter().map(|bucket| bucket.count).sum::<u64>(), run.count());
    /// # }
    /// ```
    pub fn buckets(&self) -> &[Bucket] {
        &self.buckets
    }

    /// How many calls were measured.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// tokio_offload::run(|| ()).await;
    /// let all = tokio_offload::snapshot();
    /// let run = &all.functions[0].run;
    /// assert_eq!(run.count(), 1);
    /// # }
    /// ```
    pub fn count(&self) -> u64 {
        self.buckets.iter().map(|bucket| bucket.count).sum()
    }

    /// The time that the share `q` of all calls stayed below, such as 0.5 for the median and 0.99: the upper end of its
    /// bucket. `None` before the first call. A `q` outside of 0 to 1 means the nearer end.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// tokio_offload::run(|| ()).await;
    /// let all = tokio_offload::snapshot();
    /// let run = &all.functions[0].run;
    /// assert!(run.quantile(0.5) <= run.quantile(0.99));
    /// # }
    /// ```
    pub fn quantile(&self, q: f64) -> Option<Duration> {
        let count = self.count();
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a rank need not be more exact than the buckets"
        )]
        let rank = ((count as f64 * q.clamp(0.0, 1.0)).ceil() as u64).max(1);
        let mut below = 0;
        let bucket = self.buckets.iter().find(|bucket| {
            below += bucket.count;
            below >= rank
        });
        bucket.or(self.buckets.last()).map(|bucket| bucket.to)
    }

    /// The mean, as exact as the buckets are narrow. `None` before the first call.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// tokio_offload::run(|| ()).await;
    /// let all = tokio_offload::snapshot();
    /// let run = &all.functions[0].run;
    /// assert!(run.min() <= run.mean() && run.mean() <= run.max());
    /// # }
    /// ```
    pub fn mean(&self) -> Option<Duration> {
        let count = u128::from(self.count());
        let sum: u128 = self
            .buckets
            .iter()
            .map(|bucket| u128::from(bucket.count) * bucket.middle().as_nanos())
            .sum();
        let mean = sum.checked_div(count)?;
        Some(Duration::from_nanos(
            u64::try_from(mean).unwrap_or(u64::MAX),
        ))
    }

    /// The shortest time: the lower end of its bucket. `None` before the first call.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// tokio_offload::run(|| ()).await;
    /// let all = tokio_offload::snapshot();
    /// let run = &all.functions[0].run;
    /// assert_eq!(run.min(), Some(run.buckets()[0].from));
    /// # }
    /// ```
    pub fn min(&self) -> Option<Duration> {
        self.buckets.first().map(|first| first.from)
    }

    /// The longest time: the upper end of its bucket. `None` before the first call.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// tokio_offload::run(|| ()).await;
    /// let all = tokio_offload::snapshot();
    /// let run = &all.functions[0].run;
    /// assert_eq!(run.max(), Some(run.buckets()[run.buckets().len() - 1].to));
    /// # }
    /// ```
    pub fn max(&self) -> Option<Duration> {
        self.buckets.last().map(|last| last.to)
    }

    /// What has been counted since `earlier`, a histogram of the same thing.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// tokio_offload::run(|| ()).await;
    /// let all = tokio_offload::snapshot();
    /// let run = &all.functions[0].run;
    /// assert_eq!(run.since(run).count(), 0);
    /// # }
    /// ```
    #[must_use]
    pub fn since(&self, earlier: &Self) -> Self {
        let known = |from: Duration| {
            let bucket = earlier.buckets.iter().find(|bucket| bucket.from == from);
            bucket.map_or(0, |bucket| bucket.count)
        };
        let buckets = self.buckets.iter().map(|bucket| Bucket {
            count: bucket.count.saturating_sub(known(bucket.from)),
            ..*bucket
        });
        Self {
            buckets: buckets.filter(|bucket| bucket.count > 0).collect(),
        }
    }
}

impl Bucket {
    /// The time that stands for all of the bucket.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// tokio_offload::run(|| ()).await;
    /// let all = tokio_offload::snapshot();
    /// let run = &all.functions[0].run;
    /// let bucket = run.buckets()[0];
    /// assert!(bucket.from <= bucket.middle() && bucket.middle() <= bucket.to);
    /// # }
    /// ```
    pub fn middle(&self) -> Duration {
        self.from + self.to.saturating_sub(self.from) / 2
    }
}
