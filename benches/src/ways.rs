//! The ways to move a body off the async workers.

mod hand_made;
mod ours;
mod peers;

use std::{num::NonZeroUsize, pin::Pin, thread};

use futures_util::FutureExt;

/// One way to run a body elsewhere and await its result.
pub(crate) trait Way: Sized + Send + Sync + 'static {
    /// Makes it, with that many threads if they are its own.
    fn build(threads: usize) -> Self;

    /// Makes a call, as its documentation says to write it.
    fn call<R: Send + 'static>(
        &self,
        body: impl FnOnce() -> R + Send + 'static,
    ) -> impl Future<Output = R> + Send + 'static;

    /// Makes a call that is on its way to a thread when this returns.
    fn submit<R: Send + 'static>(
        &self,
        body: impl FnOnce() -> R + Send + 'static,
    ) -> impl Future<Output = R> + Send + 'static {
        self.call(body)
    }

    /// Makes it with room for this many waiting calls, if it has a limit.
    fn bounded(threads: usize, waiting: usize) -> Option<Self> {
        let _ = (threads, waiting);
        None
    }

    /// Makes a call that is on its way when this returns, unless there is no room for it.
    fn offer(&self, body: impl FnOnce() + Send + 'static) -> Option<Accepted> {
        Some(Box::pin(self.submit(body)))
    }
}

/// A call for which there was room.
pub(crate) type Accepted = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Submits a call that does nothing before its first poll.
fn first_poll<R: Send + 'static>(
    call: impl Future<Output = R> + Send + 'static,
) -> impl Future<Output = R> + Send + 'static {
    let mut call = Box::pin(call);
    let done = call.as_mut().now_or_never();
    async move {
        match done {
            Some(result) => result,
            None => call.await,
        }
    }
}

/// The names of the ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Name {
    /// `tokio::task::spawn_blocking`: everything is compared with it.
    Raw,
    /// `tokio_offload::run`.
    Ours,
    /// A function with `#[offload]`.
    Attribute,
    /// `tokio_offload::Pool::new`.
    Pool,
    /// `tokio_offload::Pool::shared`.
    Shared,
    /// `#[offload(pool = Rayon)]`.
    Rayon,
    /// `tokio_rayon::spawn`.
    TokioRayon,
    /// `blocking::unblock`.
    Blocking,
    /// `unblock::unblock`.
    Unblock,
    /// `affinitypool::Threadpool::spawn`.
    Affinity,
    /// `deadpool_sync::SyncWrapper::interact`, all calls on one object.
    Deadpool,
    /// Threads behind crossbeam's channel, answers through tokio's oneshot.
    Crossbeam,
    /// Threads behind kanal's channel, answers through tokio's oneshot.
    Kanal,
    /// No offload at all: the floor.
    Direct,
}

/// What wants to know the type of a way.
pub(crate) trait Visit {
    /// The result of the visit.
    type Out;

    /// Uses the way.
    fn visit<W: Way>(self) -> Self::Out;
}

impl Name {
    /// All of them, in the order they are printed.
    pub const ALL: [Self; 14] = [
        Self::Raw,
        Self::Ours,
        Self::Attribute,
        Self::Pool,
        Self::Shared,
        Self::Rayon,
        Self::TokioRayon,
        Self::Blocking,
        Self::Unblock,
        Self::Affinity,
        Self::Deadpool,
        Self::Crossbeam,
        Self::Kanal,
        Self::Direct,
    ];

    /// Its name in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Raw => "spawn_blocking",
            Self::Ours => "run",
            Self::Attribute => "#[offload]",
            Self::Pool => "Pool::new",
            Self::Shared => "Pool::shared",
            Self::Rayon => "Rayon",
            Self::TokioRayon => "tokio-rayon",
            Self::Blocking => "blocking",
            Self::Unblock => "unblock",
            Self::Affinity => "affinitypool",
            Self::Deadpool => "deadpool-sync",
            Self::Crossbeam => "crossbeam",
            Self::Kanal => "kanal",
            Self::Direct => "direct",
        }
    }

    /// The way of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.name() == name)
    }

    /// Whether it is one of ours.
    pub(crate) const fn is_ours(self) -> bool {
        matches!(
            self,
            Self::Ours | Self::Attribute | Self::Pool | Self::Shared | Self::Rayon
        )
    }

    /// Whether it is another crate's, apart from the reference and the floor.
    pub(crate) const fn is_peer(self) -> bool {
        !self.is_ours() && !matches!(self, Self::Raw | Self::Direct)
    }

    /// Hands the type of the way to `visitor`.
    pub(crate) fn visit<V: Visit>(self, visitor: V) -> V::Out {
        match self {
            Self::Raw => visitor.visit::<peers::Raw>(),
            Self::Ours => visitor.visit::<ours::Run>(),
            Self::Attribute => visitor.visit::<ours::Attribute>(),
            Self::Pool => visitor.visit::<ours::Dedicated>(),
            Self::Shared => visitor.visit::<ours::Shared>(),
            Self::Rayon => visitor.visit::<ours::OnRayon>(),
            Self::TokioRayon => visitor.visit::<peers::TokioRayon>(),
            Self::Blocking => visitor.visit::<peers::Blocking>(),
            Self::Unblock => visitor.visit::<peers::Unblock>(),
            Self::Affinity => visitor.visit::<peers::Affinity>(),
            Self::Deadpool => visitor.visit::<peers::Deadpool>(),
            Self::Crossbeam => visitor.visit::<hand_made::Crossbeam>(),
            Self::Kanal => visitor.visit::<hand_made::Kanal>(),
            Self::Direct => visitor.visit::<peers::Direct>(),
        }
    }
}

/// As many threads as the machine has CPUs, which is the default of the pools.
pub(crate) fn cpus() -> usize {
    thread::available_parallelism().map_or(1, NonZeroUsize::get)
}
