//! `Workers`: a pool of worker processes, and what can be done with it. How it is built is in `builder.rs`.
//!
//! The folder owns the pool: its state, its queue, its workers. Imports `process`, `config`, `timer` and what is below them; knows no call
//! and no child: a call in the queue is a `Waiter`.

use std::{
    fmt,
    future::{Future, poll_fn},
    sync::OnceLock,
    task::Poll,
};

use crate::{
    config::{Config, Init},
    error::Failure,
    pool::{inner::Inner, stats::Stats},
    role,
    wire::frame::ROOM,
};

pub(crate) mod actions;
pub(crate) mod builder;
pub(crate) mod functions;
pub(crate) mod inner;
pub(crate) mod request;
pub(crate) mod state;
pub(crate) mod stats;
mod supervisor;
mod surroundings;
mod timeouts;
pub(crate) mod watch;

/// A pool of worker processes, built by `const` methods to live in a `static`.
///
/// Nothing is started before the first call. Each worker runs one call at a time; a call that kills its worker fails alone.
///
/// ```
/// use tokio_offload_remote::{FUNCTIONS, Function, Workers, decode, encode, linkme};
///
/// static RENDER: Workers = Workers::new("render").processes(2);
///
/// // What the attribute writes for `fn double(number: u32) -> u32`.
/// #[linkme::distributed_slice(FUNCTIONS)]
/// # #[linkme(crate = tokio_offload_remote::linkme)]
/// static DOUBLE: Function = Function::new(
///     concat!(module_path!(), "::double"),
///     || &RENDER,
///     |mut input, output| encode(&(decode::<u32>(&mut input)? * 2), output),
///     |shape| {
///         shape.add::<u32>();
///         shape.add::<u32>();
///     },
/// );
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let mut arguments = RENDER.take_buffer();
/// encode(&21_u32, &mut arguments)?;
/// let reply = RENDER.call(&DOUBLE, Ok(arguments), Vec::new()).await?;
/// assert_eq!(decode::<u32>(&mut reply.bytes())?, 42);
/// # Ok(()) }
/// ```
pub struct Workers {
    pub(crate) config: Config,
    inner: OnceLock<Inner>,
}

impl Workers {
    /// A pool with as many processes as the machine has CPUs, and no limits but a gigabyte for one message.
    ///
    /// # Panics
    ///
    /// When `name` is empty or contains a NUL byte; in a `static` or `const` that is a compile-time error, here and below.
    pub const fn new(name: &'static str) -> Self {
        Self {
            config: Config::new(name),
            inner: OnceLock::new(),
        }
    }

    /// The name given when the pool was made.
    pub const fn name(&self) -> &'static str {
        self.config.name
    }

    /// How many processes there may be at once.
    pub fn max_processes(&self) -> usize {
        self.config.processes()
    }

    /// A buffer to append encoded arguments to. What is in it already is room for the head of the message: it must stay.
    pub fn take_buffer(&self) -> Vec<u8> {
        match role::forked_from() {
            Some(_) => ROOM.to_vec(),
            None => self.inner().buffers.request(),
        }
    }

    /// Whether a call would find a worker or a place in the queue.
    pub fn has_room(&self) -> bool {
        // A call that is refused needs no room.
        role::forked_from().is_some() || self.inner().has_room()
    }

    /// What the pool is doing and has done.
    pub fn stats(&self) -> Stats {
        self.own_inner().map(Inner::stats).unwrap_or_default()
    }

    /// The processes that are ready or at work.
    pub fn pids(&self) -> Vec<u32> {
        self.own_inner().map(Inner::pids).unwrap_or_default()
    }

    /// Starts workers until there are so many, but not more than the pool may have, and resolves when they are ready.
    pub fn prewarm(
        &'static self,
        workers: usize,
    ) -> impl Future<Output = Result<(), Failure>> + Send + use<> {
        let inner = self.inner();
        poll_fn(move |cx| match role::check() {
            Ok(()) => inner.poll_prewarm(workers, cx),
            Err(failure) => Poll::Ready(Err(failure)),
        })
    }

    /// Finishes what was submitted, refuses what comes. Closing happens when this is called; the future resolves when the
    /// last worker is gone.
    ///
    /// One thread, `offload-keeper`, and the descriptor it sleeps on serve all pools and stay for the life of this process.
    pub fn close(&'static self) -> impl Future<Output = ()> + Send + use<> {
        let inner = role::forked_from().is_none().then(|| self.inner());
        if let Some(inner) = inner {
            inner.close();
        }
        poll_fn(move |cx| inner.map_or(Poll::Ready(()), |inner| inner.poll_gone(cx)))
    }

    /// Ends the calls that wait, refuses what comes, and kills workers that run a call, after the grace. Returns at once;
    /// [`close`](Self::close) waits for the last worker.
    pub fn shutdown(&'static self) {
        if role::forked_from().is_none() {
            self.inner().shutdown();
        }
    }

    /// Resolves when no call runs and none waits.
    pub fn idle(&'static self) -> impl Future<Output = ()> + Send + use<> {
        poll_fn(|cx| match role::forked_from() {
            Some(_) => Poll::Ready(()),
            None => self.inner().poll_idle(cx),
        })
    }

    pub(crate) fn initialiser(&self) -> Option<Init> {
        self.config.init
    }

    /// What there is of it, if it is this process's own.
    fn own_inner(&self) -> Option<&Inner> {
        self.inner.get().filter(|_| role::forked_from().is_none())
    }

    pub(crate) fn inner(&self) -> &Inner {
        self.inner.get_or_init(|| Inner::new(&self.config))
    }
}

impl fmt::Debug for Workers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Workers")
            .field("name", &self.config.name)
            .field("stats", &self.stats())
            .finish_non_exhaustive()
    }
}
