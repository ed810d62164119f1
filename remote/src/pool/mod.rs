//! `Workers`: a pool of worker processes and its methods. `Config` holds its options.
//!
//! - `inner`: the running pool, behind one lock.
//! - `expected`: calls that were submitted before their arguments were written.
//! - `state`: its rules, without locks and I/O; `State::has_room` is the limit of the queue.
//! - `actions`: what follows a change of the state, done after the lock is released.
//! - `request`: a submitted call.
//! - `functions`: finds the functions of the pool in the table, and compares them with those of a worker.
//! - `supervisor`: implements the trait by which the threads of worker processes call their pool.
//! - `waits`: waits until workers are ready, until the pool is idle, until it has ended.
//! - `stats`: counts.
//!
//! May import `config`, `error`, `fingerprint`, `functions`, `process`, `role`, `sync`, `timer`, `unwind` and `wire`. Knows no call and no
//! child: a call in the queue is a `QueueEntry`.

use std::{
    fmt,
    future::{Future, poll_fn},
    sync::OnceLock,
    task::{Context, Poll, ready},
};

use tokio::task::coop;

use crate::{
    config::{Config, Init},
    error::Failure,
    pool::{inner::Inner, stats::Stats, waits::Watcher},
    role,
    wire::frame::ROOM,
};

pub(crate) mod actions;
pub(crate) mod expected;
pub(crate) mod functions;
pub(crate) mod inner;
pub(crate) mod request;
pub(crate) mod state;
#[cfg(test)]
mod state_rules;
pub(crate) mod stats;
mod supervisor;
pub(crate) mod waits;

/// A pool of worker processes, which lives in a `static`.
///
/// Nothing is started before the first call. Each worker runs one call at a time; a call that kills its worker fails alone.
pub struct Workers {
    /// Set before the pool is used.
    pub config: Config,
    inner: OnceLock<Inner>,
}

impl Workers {
    /// A pool with as many processes as the machine has CPUs, and no limits but a gigabyte for one message.
    ///
    /// # Panics
    ///
    /// When `name` is empty or contains a NUL byte.
    pub const fn new(name: &'static str) -> Self {
        Config::new(name).build()
    }

    /// The name given when the pool was made.
    pub const fn name(&self) -> &'static str {
        self.config.name
    }

    /// How many processes there may be at once.
    pub fn max_processes(&self) -> usize {
        self.config.process_count()
    }

    /// A buffer to append encoded arguments to. Its first bytes are reserved for the head of the message and must stay.
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

    /// The processes that are ready or run a call.
    pub fn pids(&self) -> Vec<u32> {
        self.own_inner().map(Inner::pids).unwrap_or_default()
    }

    /// Starts workers until this many exist, but not more than the limit of the pool, and resolves when they are ready.
    pub fn prewarm(
        &'static self,
        workers: usize,
    ) -> impl Future<Output = Result<(), Failure>> + Send + use<> {
        let mut watcher = Watcher::new(self.inner());
        counted(move |cx| match role::check() {
            Ok(()) => watcher.poll_prewarm(workers, cx),
            Err(failure) => Poll::Ready(Err(failure)),
        })
    }

    /// Finishes the calls that were submitted and refuses new ones. The pool closes when this is called; the future resolves when the
    /// last worker is gone.
    ///
    /// One thread, `offload-timer`, and the descriptor it sleeps on serve all pools and stay for the life of this process.
    pub fn close(&'static self) -> impl Future<Output = ()> + Send + use<> {
        let inner = role::forked_from().is_none().then(|| self.inner());
        if let Some(inner) = inner {
            inner.close();
        }
        let mut watcher = inner.map(Watcher::new);
        counted(move |cx| match &mut watcher {
            Some(watcher) => watcher.poll_gone(cx),
            None => Poll::Ready(()),
        })
    }

    /// Ends the calls that wait, refuses new ones, and kills workers that run a call, after the grace. Returns at once;
    /// [`close`](Self::close) waits for the last worker.
    pub fn shutdown(&'static self) {
        if role::forked_from().is_none() {
            self.inner().shutdown();
        }
    }

    /// Resolves when no call runs and none waits.
    pub fn idle(&'static self) -> impl Future<Output = ()> + Send + use<> {
        let mut watcher = None;
        counted(move |cx| match role::forked_from() {
            Some(_) => Poll::Ready(()),
            // After the check: if another thread was creating the pool when this process was forked, waiting for it would never end.
            None => watcher
                .get_or_insert_with(|| Watcher::new(self.inner()))
                .poll_idle(cx),
        })
    }

    pub(crate) fn initialiser(&self) -> Option<Init> {
        self.config.init
    }

    /// The running pool, if there is one and it belongs to this process.
    fn own_inner(&self) -> Option<&Inner> {
        self.inner.get().filter(|_| role::forked_from().is_none())
    }

    pub(crate) fn inner(&self) -> &Inner {
        self.inner.get_or_init(|| Inner::new(&self.config))
    }
}

/// A future that uses up tokio's cooperative budget when it is ready, as a call does: a loop over it yields to other tasks.
fn counted<T>(mut poll: impl FnMut(&Context<'_>) -> Poll<T>) -> impl Future<Output = T> {
    poll_fn(move |cx| {
        let budget = ready!(coop::poll_proceed(cx));
        let seen = ready!(poll(cx));
        budget.made_progress();
        Poll::Ready(seen)
    })
}

impl Config {
    /// A pool with these options.
    pub const fn build(self) -> Workers {
        Workers {
            config: self,
            inner: OnceLock::new(),
        }
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
