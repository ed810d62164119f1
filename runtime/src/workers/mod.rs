//! `Workers`: a pool of worker processes as users see it. `builder`, `timeouts` and `surroundings` are its options, `stats` its counters.
//!
//! The only place where the pool of the engine is turned into a type of this crate. May import `error`, `offload` and `remote`,
//! and the engine.
//!
//! - Nothing of the engine's is in a public signature: its failures become `Error`, its counters `WorkerStats`.

mod builder;
mod stats;
mod surroundings;
mod timeouts;

pub use stats::WorkerStats;

use std::{fmt, future::Future};

use tokio_offload_remote as engine;

use crate::{
    error::Error,
    offload::{given::GivenPlace, named::LentPlace, place::On},
    remote::{arguments::ToRemote, failure},
};

/// A pool of worker processes (feature `process`, Linux), built by `const` methods to live in a `static`.
///
/// Functions whose attribute says `remote = NAME` run their bodies there. Each process runs one call at a time; a body that crashes its
/// process fails its own call and no other. No process is started before the first call or [`prewarm`](Self::prewarm).
///
/// ```standalone_crate
/// # // The workers of this example are this example, which the feature `test-util` arranges.
/// # #[cfg(feature = "test-util")] mod program {
/// use tokio_offload::{Error, Workers, offload};
///
/// static DECODERS: Workers = Workers::new("decoders").processes(2);
///
/// #[offload(remote = DECODERS)]
/// fn width(image: &[u8]) -> Result<u32, Error> {
///     match image {
///         [] => std::process::abort(), // as a decoder written in C might
///         [width, ..] => Ok(u32::from(*width)),
///     }
/// }
///
/// #[tokio_offload::main]
/// #[tokio::main]
/// async fn main() {
///     assert!(matches!(width(&[]).await, Err(Error::WorkerDied(_))));
///     assert_eq!(width(&[7]).await.unwrap(), 7); // in another process
///     assert_eq!(DECODERS.stats().died, 1);
/// }
/// # pub fn run() { main() }
/// # }
/// # #[cfg(feature = "test-util")] fn main() { program::run() }
/// # #[cfg(not(feature = "test-util"))] fn main() {}
/// ```
pub struct Workers {
    engine: engine::Workers,
}

impl Workers {
    /// A pool with as many processes as the machine has CPUs, and no limits but a gigabyte for one message.
    ///
    /// The name is shown by `ps` and `top`, in [`stats`](Self::stats) and in errors; two pools of one program have two names.
    ///
    /// ```
    /// # use tokio_offload::Workers;
    /// static DECODERS: Workers = Workers::new("decoders");
    /// ```
    ///
    /// # Panics
    ///
    /// When `name` is empty or contains a NUL byte. In a `static` or `const` that is a compile-time error, here and in the options.
    pub const fn new(name: &'static str) -> Self {
        Self {
            engine: engine::Workers::new(name),
        }
    }

    /// The name given to [`new`](Self::new).
    ///
    /// ```
    /// # use tokio_offload::Workers;
    /// static DECODERS: Workers = Workers::new("decoders");
    /// assert_eq!(DECODERS.name(), "decoders");
    /// ```
    pub const fn name(&self) -> &'static str {
        self.engine.name()
    }

    /// How many processes there may be at once.
    ///
    /// ```
    /// # use tokio_offload::Workers;
    /// static DECODERS: Workers = Workers::new("decoders").processes(3);
    /// assert_eq!(DECODERS.max_processes(), 3);
    /// ```
    pub fn max_processes(&self) -> usize {
        self.engine.max_processes()
    }

    /// The state of the pool, and its counters since the program started. Never blocks.
    ///
    /// ```
    /// # use tokio_offload::Workers;
    /// static DECODERS: Workers = Workers::new("decoders");
    /// assert_eq!(DECODERS.stats().started, 0); // no call yet, so no process
    /// ```
    pub fn stats(&self) -> WorkerStats {
        WorkerStats::of(self.engine.stats())
    }

    /// The numbers of the processes that are ready or at work. Never blocks.
    ///
    /// ```
    /// # use tokio_offload::Workers;
    /// static DECODERS: Workers = Workers::new("decoders");
    /// for pid in DECODERS.pids() {
    ///     println!("/proc/{pid}/status");
    /// }
    /// ```
    pub fn pids(&self) -> Vec<u32> {
        self.engine.pids()
    }

    /// Starts processes until there are `workers` of them, or as many as the pool may have, and waits until they are ready. Then the first
    /// calls need not wait for processes to start.
    ///
    /// ```standalone_crate
    /// # // The workers of this example are this example, which the feature `test-util` arranges.
    /// # #[cfg(feature = "test-util")] mod program {
    /// # use tokio_offload::Workers;
    /// static DECODERS: Workers = Workers::new("decoders").processes(2);
    ///
    /// #[tokio_offload::main]
    /// #[tokio::main]
    /// async fn main() -> Result<(), tokio_offload::Error> {
    ///     DECODERS.prewarm(2).await?;
    ///     assert_eq!(DECODERS.pids().len(), 2);
    ///     Ok(())
    /// }
    /// # pub fn run() { main().unwrap() }
    /// # }
    /// # #[cfg(feature = "test-util")] fn main() { program::run() }
    /// # #[cfg(not(feature = "test-util"))] fn main() {}
    /// ```
    ///
    /// # Errors
    ///
    /// The errors of a call that finds no process: [`Error::NotInitialized`], [`Error::Spawn`], [`Error::Start`], [`Error::Shutdown`] and
    /// the others that tell why this process has no workers.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future ends no process. Those that are starting become ready.
    pub fn prewarm(
        &'static self,
        workers: usize,
    ) -> impl Future<Output = Result<(), Error>> + Send + use<> {
        let ready = self.engine.prewarm(workers);
        async move { ready.await.map_err(failure::error) }
    }

    /// Closes the pool: calls made from now on end as [`Error::Shutdown`], those submitted before still run. The future resolves when
    /// the last process has ended.
    ///
    /// A thread, `offload-timer`, and the descriptor it sleeps on serve all pools of the program and stay.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use tokio_offload::Workers;
    /// static DECODERS: Workers = Workers::new("decoders");
    /// DECODERS.close().await; // nothing was started, so there is nothing to wait for
    /// # }
    /// ```
    ///
    /// # Cancel safety
    ///
    /// The pool is closed when `close` returns, before the future is polled. Dropping the future only stops the wait.
    pub fn close(&'static self) -> impl Future<Output = ()> + Send + use<> {
        self.engine.close()
    }

    /// Closes the pool at once: calls that wait end as [`Error::Shutdown`], and so do those that run, whose processes are killed after the
    /// [`grace`](Self::grace). Returns at once; [`close`](Self::close) waits for the last process.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use tokio_offload::Workers;
    /// static DECODERS: Workers = Workers::new("decoders");
    /// DECODERS.shutdown();
    /// DECODERS.close().await;
    /// # }
    /// ```
    pub fn shutdown(&'static self) {
        self.engine.shutdown();
    }

    /// Resolves when no call runs in the pool and none waits. Calls may be made meanwhile.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use tokio_offload::Workers;
    /// static DECODERS: Workers = Workers::new("decoders");
    /// DECODERS.idle().await; // at once: there was no call
    /// # }
    /// ```
    ///
    /// # Cancel safety
    ///
    /// Dropping the future only stops the wait.
    pub fn idle(&'static self) -> impl Future<Output = ()> + Send + use<> {
        self.engine.idle()
    }
}

impl ToRemote for &'static Workers {
    fn to_remote(self) -> &'static dyn engine::Remote {
        &self.engine
    }
}

/// Has no implementation: it words an error.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no threads, but worker processes",
    label = "a pool of worker processes",
    note = "write `remote = NAME` for `pool = NAME`"
)]
pub trait HasThreads {
    /// The place that they are.
    fn threads(self) -> On;
}

impl<'a> LentPlace<&'a Workers> {
    /// Cannot be called: worker processes are named by `remote`.
    pub fn on(&self) -> On
    where
        &'a Workers: HasThreads,
    {
        self.lent().threads()
    }
}

impl<'a> GivenPlace<&'a Workers> {
    /// Cannot be called: worker processes are named by `remote`.
    pub fn on(&self) -> On
    where
        &'a Workers: HasThreads,
    {
        self.taken().threads()
    }
}

impl fmt::Debug for Workers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Workers")
            .field("name", &self.name())
            .field("stats", &self.stats())
            .finish_non_exhaustive()
    }
}
