//! `Turn`: a pool, and when a call gets its turn there.

use std::{
    fmt,
    hash::{BuildHasher, Hash, RandomState},
    sync::{Arc, LazyLock},
};

use super::{Pool, inner::Inner};
use crate::{
    executor::{Executor, Job},
    offload::place::{On, Place},
    scheduler::order::{JobOrder, Level},
};

/// A pool, and when a call gets its turn there: made by [`Pool::high`], [`Pool::low`] and [`Pool::share`].
///
/// It is a place like the pool: after `pool =`, for [`run_on`](crate::run_on), as an [`Executor`]. Calls of the pool itself are between
/// high and low, and take turns with the shares of that level as one of them. A guide page, [`priorities`](crate::guide::priorities),
/// tells when to use which.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// use tokio_offload::{Pool, run_on};
///
/// static CPU: Pool = Pool::new("cpu").threads(2);
///
/// let urgent = run_on(CPU.high(), || 1 + 1);
/// let of_a_customer = run_on(CPU.share("customer 7"), || 2 + 2);
/// assert_eq!((urgent.await, of_a_customer.await), (2, 4));
/// # }
/// ```
#[derive(Clone)]
#[must_use = "a turn is a place: name it after `pool =` or give it to `run_on`"]
pub struct Turn {
    inner: Arc<Inner>,
    order: JobOrder,
}

impl Pool {
    /// This pool for urgent calls, which start before most others that wait.
    ///
    /// While calls of all levels wait, 16 of 21 calls that start are high, 4 are of the pool itself, and 1 is low. So no level waits for
    /// ever, and at most five calls of other levels start before a high one that waits. Running bodies are not interrupted.
    ///
    /// ```
    /// use tokio_offload::{Pool, offload};
    ///
    /// static DISK: Pool = Pool::new("disk").threads(4);
    ///
    /// /// Somebody waits for it.
    /// #[offload(pool = DISK.high())]
    /// fn page(number: u64) -> u64 {
    ///     number * 4096
    /// }
    ///
    /// /// Nobody does.
    /// #[offload(pool = DISK.low())]
    /// fn compact(number: u64) -> bool {
    ///     number > 0
    /// }
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// let compacted = compact(7).start();
    /// assert_eq!(page(2).await, 8192);
    /// assert!(compacted.await);
    /// # }
    /// ```
    pub fn high(&self) -> Turn {
        self.turn(Level::High)
    }

    /// This pool for calls that may wait: they start when no others wait, and now and then between them.
    ///
    /// See [`high`](Self::high) for how often.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// use tokio_offload::{Pool, run_on};
    ///
    /// static DISK: Pool = Pool::new("disk").threads(4);
    ///
    /// let swept = run_on(DISK.low(), || "swept").start();
    /// assert_eq!(swept.await, "swept");
    /// # }
    /// ```
    pub fn low(&self) -> Turn {
        self.turn(Level::Low)
    }

    /// This pool with a share for each `key`, such as a tenant. A key with many waiting calls does not delay the other keys.
    ///
    /// Keys with waiting calls take turns, one call each. A key without waiting calls takes no memory. Calls without a key have one share
    /// together. Keys are compared by their hash.
    ///
    /// ```
    /// use tokio_offload::{Pool, offload};
    ///
    /// static REPORTS: Pool = Pool::new("reports").threads(2);
    ///
    /// #[offload(pool = REPORTS.share(tenant))]
    /// fn report(tenant: &str, month: u32) -> String {
    ///     format!("{tenant} {month}")
    /// }
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// let all: Vec<_> = (1..=12).map(|month| report("noisy", month).start()).collect();
    /// assert_eq!(report("quiet", 3).await, "quiet 3"); // after two of the noisy one's at most, not after all
    /// # drop(all);
    /// # }
    /// ```
    pub fn share(&self, key: impl Hash) -> Turn {
        self.turn(Level::Normal).share(key)
    }

    fn turn(&self, level: Level) -> Turn {
        Turn {
            inner: Arc::clone(self.inner()),
            order: JobOrder { level, key: None },
        }
    }
}

impl Turn {
    /// The same with a share for each `key`, among the calls of this level: see [`Pool::share`].
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// use tokio_offload::{Pool, run_on};
    ///
    /// static WORK: Pool = Pool::new("work").threads(2);
    ///
    /// assert_eq!(run_on(WORK.high().share("tenant"), || 42).await, 42);
    /// # }
    /// ```
    pub fn share(mut self, key: impl Hash) -> Self {
        // Unpredictable, so that nobody can choose a key that falls into the share of another key.
        static HASHES: LazyLock<RandomState> = LazyLock::new(RandomState::new);
        self.order.key = Some(HASHES.hash_one(key));
        self
    }
}

impl Executor for Turn {
    fn submit(&self, job: Job) {
        self.inner.submit_as(job, self.order);
    }

    fn try_submit(&self, job: Job) -> Result<(), Job> {
        self.inner.try_submit_as(job, self.order)
    }
}

impl Place for Turn {
    fn place(self) -> On {
        On::Shared(Arc::new(self))
    }
}

impl fmt::Debug for Turn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Turn")
            .field("pool", &self.inner.name())
            .field("order", &self.order)
            .finish()
    }
}
