//! Our own ways.

use tokio_offload::{Pool, Rayon, offload, run};

use super::{Accepted, Way};

/// A closure on the default executor.
pub(super) struct Run;

impl Way for Run {
    fn build(_: usize) -> Self {
        Self
    }

    fn call<R: Send + 'static>(
        &self,
        body: impl FnOnce() -> R + Send + 'static,
    ) -> impl Future<Output = R> + Send + 'static {
        run(body)
    }

    fn submit<R: Send + 'static>(
        &self,
        body: impl FnOnce() -> R + Send + 'static,
    ) -> impl Future<Output = R> + Send + 'static {
        run(body).start()
    }
}

#[offload]
fn annotated<R: Send + 'static, F: FnOnce() -> R + Send + 'static>(body: F) -> R {
    body()
}

/// An annotated function on the default executor.
pub(super) struct Attribute;

impl Way for Attribute {
    fn build(_: usize) -> Self {
        Self
    }

    fn call<R: Send + 'static>(
        &self,
        body: impl FnOnce() -> R + Send + 'static,
    ) -> impl Future<Output = R> + Send + 'static {
        annotated(body)
    }

    fn submit<R: Send + 'static>(
        &self,
        body: impl FnOnce() -> R + Send + 'static,
    ) -> impl Future<Output = R> + Send + 'static {
        annotated(body).start()
    }
}

/// A closure on threads of the pool's own.
pub(super) struct Dedicated(Pool);

impl Way for Dedicated {
    fn build(threads: usize) -> Self {
        Self(Pool::new("bench").threads(threads))
    }

    fn call<R: Send + 'static>(
        &self,
        body: impl FnOnce() -> R + Send + 'static,
    ) -> impl Future<Output = R> + Send + 'static {
        self.0.run(body)
    }

    fn submit<R: Send + 'static>(
        &self,
        body: impl FnOnce() -> R + Send + 'static,
    ) -> impl Future<Output = R> + Send + 'static {
        self.0.run(body).start()
    }

    fn bounded(threads: usize, waiting: usize) -> Option<Self> {
        let pool = Pool::new("bench").threads(threads);
        Some(Self(pool.queue_capacity(waiting)))
    }

    fn offer(&self, body: impl FnOnce() + Send + 'static) -> Option<Accepted> {
        let call = self.0.run(body).try_start().ok()?;
        Some(Box::pin(call))
    }
}

/// A closure on a limited view of tokio's threads.
pub(super) struct Shared(Pool);

impl Way for Shared {
    fn build(threads: usize) -> Self {
        Self(Pool::shared("bench").threads(threads))
    }

    fn call<R: Send + 'static>(
        &self,
        body: impl FnOnce() -> R + Send + 'static,
    ) -> impl Future<Output = R> + Send + 'static {
        self.0.run(body)
    }

    fn submit<R: Send + 'static>(
        &self,
        body: impl FnOnce() -> R + Send + 'static,
    ) -> impl Future<Output = R> + Send + 'static {
        self.0.run(body).start()
    }

    fn bounded(threads: usize, waiting: usize) -> Option<Self> {
        let pool = Pool::shared("bench").threads(threads);
        Some(Self(pool.queue_capacity(waiting)))
    }

    fn offer(&self, body: impl FnOnce() + Send + 'static) -> Option<Accepted> {
        let call = self.0.run(body).try_start().ok()?;
        Some(Box::pin(call))
    }
}

#[offload(pool = Rayon)]
fn on_rayon<R: Send + 'static, F: FnOnce() -> R + Send + 'static>(body: F) -> R {
    body()
}

/// An annotated function on rayon's global pool.
pub(super) struct OnRayon;

impl Way for OnRayon {
    fn build(_: usize) -> Self {
        Self
    }

    fn call<R: Send + 'static>(
        &self,
        body: impl FnOnce() -> R + Send + 'static,
    ) -> impl Future<Output = R> + Send + 'static {
        on_rayon(body)
    }

    fn submit<R: Send + 'static>(
        &self,
        body: impl FnOnce() -> R + Send + 'static,
    ) -> impl Future<Output = R> + Send + 'static {
        on_rayon(body).start()
    }
}
