//! The alternatives: tokio's own function, other crates, and no offload at all.

use std::{convert::Infallible, sync::Arc};

use affinitypool::Threadpool;
use deadpool_runtime::Runtime;
use deadpool_sync::SyncWrapper;
use futures_util::FutureExt;
use tokio::{
    sync::{OnceCell, Semaphore},
    task,
};

use super::{Accepted, Way, first_poll};

/// Every other way is compared with this one.
pub(super) struct Raw {
    /// A semaphore in front of it, which limits the waiting calls.
    room: Arc<Semaphore>,
}

impl Way for Raw {
    fn build(_: usize) -> Self {
        Self {
            room: Arc::new(Semaphore::new(Semaphore::MAX_PERMITS)),
        }
    }

    fn call<R: Send + 'static>(
        &self,
        body: impl FnOnce() -> R + Send + 'static,
    ) -> impl Future<Output = R> + Send + 'static {
        task::spawn_blocking(body)
            .map(|result| result.expect("the body neither panics nor is aborted"))
    }

    fn bounded(_: usize, waiting: usize) -> Option<Self> {
        Some(Self {
            room: Arc::new(Semaphore::new(waiting)),
        })
    }

    fn offer(&self, body: impl FnOnce() + Send + 'static) -> Option<Accepted> {
        let permit = Arc::clone(&self.room).try_acquire_owned().ok()?;
        Some(Box::pin(self.call(move || {
            body();
            drop(permit);
        })))
    }
}

/// The floor.
pub(super) struct Direct;

impl Way for Direct {
    fn build(_: usize) -> Self {
        Self
    }

    #[expect(clippy::manual_async_fn, reason = "an `async fn` would borrow the way")]
    fn call<R: Send + 'static>(
        &self,
        body: impl FnOnce() -> R + Send + 'static,
    ) -> impl Future<Output = R> + Send + 'static {
        async { body() }
    }
}

/// rayon's global pool through a oneshot.
pub(super) struct TokioRayon;

impl Way for TokioRayon {
    fn build(_: usize) -> Self {
        Self
    }

    fn call<R: Send + 'static>(
        &self,
        body: impl FnOnce() -> R + Send + 'static,
    ) -> impl Future<Output = R> + Send + 'static {
        tokio_rayon::spawn(body)
    }
}

/// smol's global pool.
pub(super) struct Blocking;

impl Way for Blocking {
    fn build(_: usize) -> Self {
        Self
    }

    fn call<R: Send + 'static>(
        &self,
        body: impl FnOnce() -> R + Send + 'static,
    ) -> impl Future<Output = R> + Send + 'static {
        blocking::unblock(body)
    }
}

/// A global pool with as many threads as CPUs.
pub(super) struct Unblock;

impl Way for Unblock {
    fn build(_: usize) -> Self {
        Self
    }

    fn call<R: Send + 'static>(
        &self,
        body: impl FnOnce() -> R + Send + 'static,
    ) -> impl Future<Output = R> + Send + 'static {
        unblock::unblock(body).map(|result| result.expect("the body neither panics nor is aborted"))
    }
}

/// A fixed pool.
pub(super) struct Affinity(Threadpool);

impl Way for Affinity {
    fn build(threads: usize) -> Self {
        Self(Threadpool::new(threads))
    }

    fn call<R: Send + 'static>(
        &self,
        body: impl FnOnce() -> R + Send + 'static,
    ) -> impl Future<Output = R> + Send + 'static {
        self.0.spawn(body)
    }
}

/// One object that all calls use in turn, on tokio's threads.
pub(super) struct Deadpool(Arc<OnceCell<SyncWrapper<()>>>);

impl Way for Deadpool {
    fn build(_: usize) -> Self {
        Self(Arc::default())
    }

    fn call<R: Send + 'static>(
        &self,
        body: impl FnOnce() -> R + Send + 'static,
    ) -> impl Future<Output = R> + Send + 'static {
        let object = Arc::clone(&self.0);
        async move {
            let object = object.get_or_init(object_of_nothing).await;
            let result = object.interact(|()| body()).await;
            result.expect("the body neither panics nor is aborted")
        }
    }

    fn submit<R: Send + 'static>(
        &self,
        body: impl FnOnce() -> R + Send + 'static,
    ) -> impl Future<Output = R> + Send + 'static {
        first_poll(self.call(body))
    }
}

async fn object_of_nothing() -> SyncWrapper<()> {
    let object = SyncWrapper::new(Runtime::Tokio1, || Ok::<_, Infallible>(())).await;
    object.expect("cannot fail")
}
