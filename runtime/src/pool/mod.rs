//! `Pool`: a named set of threads with a limit of bodies and a limit of waiting calls.
//!
//! This file is the builder and what users ask of a pool. `config` is how it is set up, `inner` the running pool behind it.
//!
//! May import `offload` and what is below it.
//!
//! - A pool starts nothing before its first call.
//! - The queue capacity limits `try_start` alone: a call that is awaited always gets its turn.

mod config;
pub(crate) mod inner;

use std::{
    fmt,
    future::Future,
    sync::{Arc, OnceLock},
    time::Duration,
};

use config::{Config, PoolKind};
use inner::Inner;

use crate::{
    call::site::Site,
    executor::{Executor, Job},
    metrics::counts::Stats,
    offload::{Offload, place::On},
};

/// A named, bounded set of threads for offloaded calls.
///
/// [`Pool::new`] has threads of its own, which nobody else's blocking work can take; [`Pool::shared`] is a limited view of
/// the blocking threads that a runtime has anyway. Both are built by `const` methods, so a pool can live in a `static`, and
/// both start nothing before the first call.
///
/// ```
/// use std::{io, path::Path};
/// use tokio_offload::{Pool, offload};
///
/// static IMAGES: Pool = Pool::new("images").threads(4).queue_capacity(256);
///
/// #[offload(pool = IMAGES)]
/// fn size(path: &Path) -> io::Result<u64> {
///     Ok(path.metadata()?.len())
/// }
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> io::Result<()> {
/// assert!(size(Path::new("Cargo.toml")).await? > 0);
/// # Ok(()) }
/// ```
///
/// # Full pools
///
/// Calls start in the order they were submitted. While all threads are busy a call waits its turn without taking a thread;
/// [`Offload::try_start`] refuses instead once as many calls wait as [`queue_capacity`](Self::queue_capacity) allows. A call made from inside
/// a body through [`block_on`](crate::block_on) to the body's own full pool runs on the body's thread, so it cannot deadlock.
///
/// # Dropping
///
/// Calls that were submitted to a dropped pool still run; its threads end after them.
pub struct Pool {
    config: Config,
    inner: OnceLock<Arc<Inner>>,
}

impl Pool {
    /// A pool with threads of its own, called `name-0`, `name-1`, … and started when calls need them.
    ///
    /// Unless said otherwise it has as many threads as the machine has CPUs, any number of calls may wait, and an idle
    /// thread ends after ten seconds. It can be used from any number of runtimes, and from threads without one.
    ///
    /// # Panics
    ///
    /// When `name` is empty or contains a NUL byte; in a `static` or `const` that is a compile-time error.
    pub const fn new(name: &'static str) -> Self {
        Self::with(Config::new(name, PoolKind::Dedicated))
    }

    /// A limited view of the blocking threads of the runtime that awaits the call.
    ///
    /// The limit counts for each runtime by itself. A saturated view never delays another one, nor calls without a pool.
    /// Thread settings ([`keep_alive`](Self::keep_alive), [`stack_size`](Self::stack_size), [`on_start`](Self::on_start),
    /// [`on_stop`](Self::on_stop), [`init`](Self::init)) belong to the runtime there, so setting them here panics.
    ///
    /// # Panics
    ///
    /// As [`Pool::new`].
    pub const fn shared(name: &'static str) -> Self {
        Self::with(Config::new(name, PoolKind::Shared))
    }

    const fn with(config: Config) -> Self {
        Self {
            config,
            inner: OnceLock::new(),
        }
    }

    /// How many bodies may run at once.
    ///
    /// # Panics
    ///
    /// When `threads` is zero; in a `static` or `const` that is a compile-time error.
    #[must_use]
    pub const fn threads(mut self, threads: usize) -> Self {
        assert!(threads > 0, "a pool needs at least one thread");
        self.config.threads = Some(threads);
        self
    }

    /// How many calls may wait beside the running ones before [`Offload::try_start`] refuses. Zero is allowed: then a call
    /// is refused unless a thread is free.
    #[must_use]
    pub const fn queue_capacity(mut self, calls: usize) -> Self {
        self.config.queue_capacity = calls;
        self
    }

    /// How long an idle thread stays.
    ///
    /// # Panics
    ///
    /// On a [shared](Self::shared) pool.
    #[must_use]
    pub const fn keep_alive(mut self, idle: Duration) -> Self {
        self.config.own_threads();
        self.config.own.keep_alive = Some(idle);
        self
    }

    /// The size of each thread's stack, in bytes.
    ///
    /// # Panics
    ///
    /// When `bytes` is zero, or on a [shared](Self::shared) pool.
    #[must_use]
    pub const fn stack_size(mut self, bytes: usize) -> Self {
        self.config.own_threads();
        assert!(bytes > 0, "a stack needs at least one byte");
        self.config.own.stack_size = Some(bytes);
        self
    }

    /// Runs `hook` on each thread when it starts.
    ///
    /// # Panics
    ///
    /// On a [shared](Self::shared) pool.
    #[must_use]
    pub const fn on_start(mut self, hook: fn()) -> Self {
        self.config.own_threads();
        self.config.own.on_start = Some(hook);
        self
    }

    /// Runs `hook` on each thread when it ends.
    ///
    /// # Panics
    ///
    /// On a [shared](Self::shared) pool.
    #[must_use]
    pub const fn on_stop(mut self, hook: fn()) -> Self {
        self.config.own_threads();
        self.config.own.on_stop = Some(hook);
        self
    }

    /// Runs `init` once on each thread before its first body.
    ///
    /// When it fails or panics, calls that wait and calls that come end as [`Error::Init`](crate::Error::Init), and no
    /// further thread is started: a pool that cannot be set up stays broken.
    ///
    /// # Panics
    ///
    /// On a [shared](Self::shared) pool.
    #[must_use]
    pub const fn init(
        mut self,
        init: fn() -> Result<(), Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        self.config.own_threads();
        self.config.own.init = Some(init);
        self
    }

    /// Runs a closure in this pool: what [`run`](crate::run) does, here.
    pub fn run<R: Send + 'static>(&self, f: impl FnOnce() -> R + Send + 'static) -> Offload<R> {
        static SITE: Site = Site::ours("Pool::run");
        Offload::new(|| &SITE, On::Shared(Arc::clone(self.inner()) as _), f)
    }

    /// The name given when the pool was made.
    pub const fn name(&self) -> &'static str {
        self.config.own.name
    }

    /// Changes how many bodies may run at once. More: waiting calls start now. Fewer: no running body is disturbed.
    ///
    /// # Panics
    ///
    /// When `threads` is zero.
    pub fn set_threads(&self, threads: usize) {
        assert!(threads > 0, "a pool needs at least one thread");
        self.inner().set_threads(threads);
    }

    /// Finishes what was submitted, refuses what comes: such calls end as [`Error::Shutdown`](crate::Error::Shutdown).
    ///
    /// Closing happens when this is called; the future resolves when no body runs and none waits. Do not await it inside a
    /// body of the same pool: that body would wait for itself.
    pub fn close(&self) -> impl Future<Output = ()> + Send + use<> {
        let inner = Arc::clone(self.inner());
        inner.close();
        async move { inner.idle().await }
    }

    /// Ends the calls that wait as [`Error::Shutdown`](crate::Error::Shutdown), refuses what comes, and asks running bodies to
    /// stop, which they see in [`is_cancelled`](crate::is_cancelled). Returns at once; [`idle`](Self::idle) waits for the running.
    pub fn shutdown(&self) {
        self.inner().shutdown();
    }

    /// Resolves when no body runs and none waits to run.
    pub fn idle(&self) -> impl Future<Output = ()> + Send + use<> {
        let inner = Arc::clone(self.inner());
        async move { inner.idle().await }
    }

    /// What the pool is doing and has done.
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

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool")
            .field("name", &self.config.own.name)
            .field("threads", &self.config.threads)
            .field("stats", &self.inner.get().map(|inner| inner.stats()))
            .finish()
    }
}
