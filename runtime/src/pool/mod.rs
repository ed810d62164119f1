//! `Pool`: a named set of threads with a limit of bodies and a limit of waiting calls.
//!
//! This file is what users ask of a pool. `builder` is how it is built, `config` its settings, `inner` the running pool behind it,
//! `turn` when a call gets its turn.
//!
//! May import `call`, `error`, `executor`, `metrics`, `offload`, `scheduler`, `sync` and `warning`.
//!
//! - A pool starts nothing before its first call.
//! - The queue capacity limits `try_start` alone: a call that is awaited always gets its turn.

mod builder;
mod config;
pub(crate) mod inner;
mod turn;

use std::{fmt, future::Future, sync::Arc};

pub use builder::Pool;
use inner::Inner;
pub use turn::Turn;

use crate::{
    call::site::Site,
    executor::{Executor, Job},
    metrics::counts::Stats,
    offload::{
        Offload,
        answer::Answer,
        given::GivenPlace,
        named::{LentPlace, named},
        place::On,
    },
};

impl Pool {
    /// Runs a closure in this pool, as [`run`](crate::run) does on the default threads.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use tokio_offload::Pool;
    /// static CPU: Pool = Pool::new("cpu").threads(2);
    ///
    /// assert_eq!(CPU.run(|| (1..=20_u64).product::<u64>()).await, 2_432_902_008_176_640_000);
    /// # }
    /// ```
    pub fn run<R, MustNotReturnAFuture>(&self, f: impl FnOnce() -> R + Send + 'static) -> Offload<R>
    where
        R: Send + 'static,
        R: Answer<MustNotReturnAFuture>, // a future would only be made here: `block_on` it in the closure, or hand it out in a tuple
    {
        static SITE: Site = Site::ours("Pool::run");
        Offload::new(|| &SITE, On::Shared(Arc::clone(self.inner()) as _), f)
    }

    /// The name that was given to `new` or `shared`.
    ///
    /// ```
    /// # use tokio_offload::Pool;
    /// assert_eq!(Pool::new("cpu").name(), "cpu");
    /// ```
    pub const fn name(&self) -> &'static str {
        self.config.own.name
    }

    /// How many bodies may run at once.
    ///
    /// ```
    /// # use tokio_offload::Pool;
    /// static WORK: Pool = Pool::new("work").threads(3);
    /// assert_eq!(WORK.max_threads(), 3);
    ///
    /// WORK.set_threads(8);
    /// assert_eq!(WORK.max_threads(), 8);
    /// ```
    pub fn max_threads(&self) -> usize {
        self.inner().cap()
    }

    /// Changes how many bodies may run at once. A larger number lets waiting calls start at once. A smaller number does not
    /// affect running bodies.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use tokio_offload::Pool;
    /// static WORK: Pool = Pool::new("work").threads(1);
    ///
    /// WORK.set_threads(8); // at night
    /// assert_eq!(WORK.run(|| "still works").await, "still works");
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// When `threads` is zero.
    pub fn set_threads(&self, threads: usize) {
        assert!(threads > 0, "a pool needs at least one thread");
        self.inner().set_threads(threads);
    }

    /// Closes the pool. Calls that were submitted still run; later calls end as [`Error::Shutdown`](crate::Error::Shutdown).
    ///
    /// The pool is closed when this method returns. The future resolves when no body runs and none waits. Do not await it in a
    /// body of the same pool, which would wait for itself.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// use tokio_offload::{Error, Pool};
    ///
    /// let pool = Pool::new("jobs").threads(1);
    /// let last = pool.run(|| "finished").start();
    /// pool.close().await;
    /// assert_eq!(last.await, "finished");
    /// assert!(matches!(pool.run(|| ()).outcome().await, Err(Error::Shutdown)));
    /// # }
    /// ```
    ///
    /// # Cancel safety
    ///
    /// Dropping the future only stops the wait. The pool stays closed.
    pub fn close(&self) -> impl Future<Output = ()> + Send + use<> {
        let inner = Arc::clone(self.inner());
        inner.close();
        async move { inner.idle().await }
    }

    /// Shuts the pool down. Waiting and later calls end as [`Error::Shutdown`](crate::Error::Shutdown), and running bodies are
    /// asked to stop: [`is_cancelled`](crate::is_cancelled) becomes true. Returns at once; [`idle`](Self::idle) waits for the
    /// running bodies.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// use tokio_offload::{Error, Pool, is_cancelled};
    ///
    /// let pool = Pool::new("jobs").threads(1);
    /// let call = pool.run(|| while !is_cancelled() {}).start();
    /// pool.shutdown();
    /// pool.idle().await; // nothing runs any more
    /// // `Ok` if the body had begun.
    /// assert!(matches!(call.outcome().await, Ok(()) | Err(Error::Shutdown)));
    /// # }
    /// ```
    pub fn shutdown(&self) {
        self.inner().shutdown();
    }

    /// Resolves when no body runs and none waits to run.
    ///
    /// The arguments of a call that never runs are gone by then: a `Drop` of one of them that waits for this waits for itself.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// use tokio_offload::Pool;
    ///
    /// let pool = Pool::new("jobs").threads(2);
    /// pool.run(|| ()).detach();
    /// pool.idle().await;
    /// assert_eq!(pool.stats().running, 0);
    /// # }
    /// ```
    ///
    /// # Cancel safety
    ///
    /// Dropping the future only stops the wait.
    pub fn idle(&self) -> impl Future<Output = ()> + Send + use<> {
        let inner = Arc::clone(self.inner());
        async move { inner.idle().await }
    }

    /// Counters of the pool: what waits, what runs and what has ended.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// use tokio_offload::Pool;
    ///
    /// let pool = Pool::new("jobs").threads(2);
    /// pool.run(|| ()).await;
    /// let stats = pool.stats();
    /// assert_eq!((stats.done, stats.queued, stats.running), (1, 0, 0));
    /// # }
    /// ```
    pub fn stats(&self) -> Stats {
        self.inner().stats()
    }

    fn inner(&self) -> &Arc<Inner> {
        self.inner.get_or_init(|| Inner::new(self.config))
    }
}

impl Executor for Pool {
    fn submit(&self, job: Job) {
        self.inner().submit(job);
    }

    fn try_submit(&self, job: Job) -> Result<(), Job> {
        self.inner().try_submit(job)
    }

    fn share(&'static self) -> Arc<dyn Executor> {
        Arc::clone(self.inner()) as _
    }
}

/// A call needs no loan of the pool: what it runs in is shared.
impl LentPlace<&Pool> {
    /// The threads of the pool.
    pub fn on(&self) -> On {
        On::Shared(Arc::clone(self.lent().inner()) as _)
    }
}

impl LentPlace<&&Pool> {
    /// The threads of the pool.
    pub fn on(&self) -> On {
        named(*self.lent()).on()
    }
}

impl GivenPlace<&Pool> {
    /// The threads of the pool.
    pub fn on(&self) -> On {
        named(self.taken()).on()
    }
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool")
            .field("name", &self.config.own.name)
            .field("threads", &self.config.threads)
            .field("stats", &self.inner.get().map(|inner| inner.stats()))
            .finish()
    }
}
