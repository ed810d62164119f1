//! `Pool`, and how it is built: `const` methods, so that it can stand in a `static`.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use super::{
    config::{Config, PoolKind},
    inner::Inner,
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
/// Calls start in the order they were submitted, if they do not say otherwise ([`high`](Self::high), [`low`](Self::low),
/// [`share`](Self::share)). While all threads are busy a call waits its turn without taking a thread;
/// [`Offload::try_start`](crate::Offload::try_start) refuses instead once as many calls wait as
/// [`queue_capacity`](Self::queue_capacity) allows. A call made from inside a body through [`block_on`](crate::block_on) to the
/// body's own full pool runs on the body's thread, so it cannot deadlock.
///
/// # Dropping
///
/// Calls that were submitted to a dropped pool still run; its threads end after them.
pub struct Pool {
    pub(super) config: Config,
    pub(super) inner: OnceLock<Arc<Inner>>,
}

impl Pool {
    /// A pool with threads of its own, called `name-0`, `name-1`, … and started when calls need them.
    ///
    /// Unless said otherwise it has as many threads as the machine has CPUs, any number of calls may wait, and an idle
    /// thread ends after ten seconds. It can be used from any number of runtimes, and from threads without one.
    ///
    /// Keep it in a `static`. Each use of a `const` makes another pool: the attribute refuses one, [`run`](Self::run) cannot.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// use tokio_offload::Pool;
    ///
    /// static IMAGES: Pool = Pool::new("images").threads(2);
    ///
    /// let name = IMAGES.run(|| std::thread::current().name().map(str::to_owned)).await;
    /// assert_eq!(name.as_deref(), Some("images-0"));
    /// # }
    /// ```
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
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// use tokio_offload::{Pool, current_pool};
    ///
    /// /// At most two of the runtime's blocking threads make reports.
    /// static REPORTS: Pool = Pool::shared("reports").threads(2);
    ///
    /// assert_eq!(REPORTS.run(current_pool).await, Some("reports"));
    /// # }
    /// ```
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

    /// How many bodies may run at once: by default as many as the machine has CPUs. In a [shared](Self::shared) pool the number counts for
    /// each runtime by itself.
    ///
    /// ```
    /// # use tokio_offload::Pool;
    /// static DISK: Pool = Pool::new("disk").threads(4);
    /// ```
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

    /// How many calls may wait beside the running ones before [`Offload::try_start`](crate::Offload::try_start) refuses. By default any
    /// number may.
    ///
    /// Zero is allowed: then a call is refused unless a thread is free. Calls that are awaited are never refused: they wait their
    /// turn in the same queue.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use tokio_offload::Pool;
    /// static UPLOADS: Pool = Pool::new("uploads").threads(4).queue_capacity(64);
    ///
    /// match UPLOADS.run(|| "stored").try_start() {
    ///     Ok(call) => assert_eq!(call.await, "stored"),
    ///     Err(refused) => println!("503: {refused}"),
    /// }
    /// # }
    /// ```
    #[must_use]
    pub const fn queue_capacity(mut self, calls: usize) -> Self {
        self.config.queue_capacity = calls;
        self
    }

    /// How long an idle thread stays. Ten seconds unless set.
    ///
    /// ```
    /// # use {std::time::Duration, tokio_offload::Pool};
    /// static RARE: Pool = Pool::new("rare").keep_alive(Duration::from_secs(1));
    /// ```
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

    /// The size of each thread's stack, in bytes. By default that of threads of the standard library: 2 MiB, or what the variable
    /// `RUST_MIN_STACK` says.
    ///
    /// ```
    /// # use tokio_offload::Pool;
    /// static PARSERS: Pool = Pool::new("parsers").stack_size(16 * 1024 * 1024);
    /// ```
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

    /// Runs `hook` on each thread when it starts. A panic in it reaches only the panic hook. It must not wait for a call of its own pool.
    ///
    /// ```
    /// # use tokio_offload::Pool;
    /// static LOUD: Pool = Pool::new("loud").on_start(|| println!("a thread more"));
    /// ```
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

    /// Runs `hook` on each thread when it ends. A panic in it reaches only the panic hook.
    ///
    /// ```
    /// # use tokio_offload::Pool;
    /// static LOUD: Pool = Pool::new("loud").on_stop(|| println!("a thread less"));
    /// ```
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

    /// Runs `init` once on each thread before its first body. It must not wait for a call of its own pool.
    ///
    /// When it fails or panics, calls that wait and calls that come end as [`Error::Init`](crate::Error::Init), and no
    /// further thread is started: a pool that cannot be set up stays broken.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// use tokio_offload::{Error, Pool};
    ///
    /// static GPU: Pool = Pool::new("gpu").threads(1).init(|| Err("no device".into()));
    ///
    /// let outcome = GPU.run(|| ()).outcome().await;
    /// assert!(matches!(outcome, Err(Error::Init(_))));
    /// # }
    /// ```
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
}
