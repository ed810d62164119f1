//! `Offload<R>`, the future of a call: poll, start, drop, panic propagation; and streams.
//!
//! `place` is where a call is to run: the value after `pool =`, with the context that was current where the call was made.
//!
//! May import `executor`, `context`, `body` and what is below them.
//!
//! - Nothing is submitted before the first poll or `start`.
//! - Dropping a call never blocks and never panics.

pub(crate) mod catch;
pub(crate) mod place;
pub(crate) mod run;
#[cfg(feature = "rayon")]
mod run_rayon;
#[cfg(feature = "stream")]
pub(crate) mod stream;

use std::{
    fmt,
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use crate::{
    call::{
        cancel::Reason,
        cell::Cell,
        current,
        site::{Located, Site},
        traits::{Call, Step},
    },
    error::Error,
    executor::Job,
    offload::place::On,
};

/// A call of an offloaded function: a future that yields what the function returns.
///
/// It owns its arguments and borrows nothing, so it can be spawned, stored and sent whatever the function's parameters are.
///
/// - **Lazy**: nothing is submitted before the first poll or [`start`](Self::start).
/// - **Dropped before the body starts**: the body never runs, and its arguments are dropped at once.
/// - **Dropped while the body runs**: the drop returns at once; [`is_cancelled`](crate::is_cancelled) turns true in the body,
///   actions left with [`on_cancel`](crate::on_cancel) run once, the body runs to its end, its thread stays taken until
///   then, and its result is dropped.
/// - **Runtime shut down**: a body that has not started never does, and running ones are asked to stop like cancelled ones.
///   (`shutdown_timeout` of a current-thread runtime waits for its threads before it says anything: use
///   `shutdown_background` there.)
///
/// # Panics
///
/// Awaiting continues a panic of the body, with the same payload. It also panics when the call can have no result: there
/// is no runtime, or it was shut down, or the call was [cancelled](Self::cancel).
/// [`outcome`](Self::outcome) gives all of these as an [`Error`] instead. Polling again after completion panics.
/// Calls to worker processes (`remote = EXPR`), and those with [`catch`](Self::catch), end with an error of their function and
/// do not panic.
#[must_use = "an offloaded call does nothing until it is awaited, started or detached"]
pub struct Offload<R> {
    call: Arc<dyn Call<R, On>>,
}

impl<R> Offload<R> {
    /// Submits the call now, as `loop.run_in_executor` does, and gives it back to be awaited later.
    ///
    /// A started call is still the caller's: dropped before a thread took it, its body never runs; dropped later, the body is
    /// told. Use [`spawn`](Self::spawn) or [`detach`](Self::detach) for work that must go on.
    ///
    /// Must be called on a thread that is in a tokio runtime; elsewhere the call ends as [`Error::NoRuntime`].
    /// Starting twice does nothing more. Never blocks.
    #[must_use = "a started call that is dropped is cancelled: await it, `spawn` it or `detach` it"]
    pub fn start(self) -> Self {
        if let Some(on) = self.begin() {
            self.submit(on);
        }
        self
    }

    /// Like [`start`](Self::start), but refuses instead of waiting where there is no room.
    ///
    /// A call that was started before is left as it is.
    ///
    /// # Errors
    ///
    /// When the [queue](crate::Pool::queue_capacity) of the pool is full: the call comes back unharmed, to be tried again, awaited
    /// or dropped. Other failures are the call's own end.
    pub fn try_start(self) -> Result<Self, Refused<R>> {
        let Some(on) = self.begin() else {
            return Ok(self);
        };
        match on.try_submit(self.job(&on)) {
            Ok(()) => Ok(self),
            Err(job) => {
                job.forget();
                self.call.put_back(on);
                Err(Refused { call: self })
            }
        }
    }

    /// Starts the call and lets it run without a caller: nobody will see its result or its panic.
    ///
    /// The body still sees [`is_cancelled`](crate::is_cancelled) when the runtime is shut down.
    ///
    /// # Panics
    ///
    /// When the call cannot be carried out at all and nobody is left to be told: on a thread without a tokio runtime, or
    /// when the operating system refuses the thread.
    #[track_caller]
    pub fn detach(self) {
        if let Some(on) = self.begin() {
            self.submit(on);
        }
        if let Some(error @ (Error::NoRuntime | Error::Thread(_))) = self.call.detach() {
            raise(error, self.site());
        }
    }

    /// The call's end as a value: what `.await` would panic with becomes an [`Error`].
    pub fn outcome(self) -> Outcome<R> {
        Outcome { offload: self }
    }

    /// Whether the call has ended, so that awaiting it would not wait. Never blocks.
    ///
    /// A call to a worker process comes to its end while it is polled, or by itself once it was [started](Self::start).
    pub fn is_finished(&self) -> bool {
        self.call.is_finished()
    }

    /// Asks the call to end early and keeps it to be awaited, unlike dropping it.
    ///
    /// A body that has not started never will: the call ends as [`Error::Cancelled`]. In a running body
    /// [`is_cancelled`](crate::is_cancelled) turns true, actions left with [`on_cancel`](crate::on_cancel) run, and a
    /// [`block_on`](crate::block_on) in it returns [`Error::Cancelled`]; what the body then returns is the call's result.
    /// Awaiting waits for that end. Cancelling twice, or after the end, does nothing.
    pub fn cancel(&self) {
        Arc::clone(&self.call).job().stop(Reason::Cancelled);
    }

    /// Where to `submit` the call, unless that has been done.
    pub(crate) fn begin(&self) -> Option<On> {
        self.call.begin()
    }

    pub(crate) fn submit(&self, on: On) {
        let job = self.job(&on);
        on.submit(job);
    }

    fn job(&self, on: &On) -> Job {
        on.with_context(Job::new(Arc::clone(&self.call).job()))
    }

    pub(crate) fn poll_outcome(&self, cx: &Context<'_>) -> Poll<Result<R, Error>> {
        loop {
            match self.call.poll(cx.waker()) {
                // An executor may have run the job on the spot, so the call is looked at again.
                Step::Submit(on) => self.submit(on),
                Step::Pending => return Poll::Pending,
                Step::Ready(result) => return Poll::Ready(result),
            }
        }
    }

    pub(crate) fn site(&self) -> &'static Site {
        self.call.site()
    }

    pub(crate) fn of(call: Arc<dyn Call<R, On>>) -> Self {
        Self { call }
    }
}

impl<R: Send + 'static> Offload<R> {
    /// A call that has ended with `value`: for test doubles of offloaded functions. Nothing runs anywhere.
    pub fn ready(value: R) -> Self {
        static SITE: Site = Site::ours("Offload::ready");
        let cell = Cell::<fn() -> R, R, On, _>::ended(&SITE, Ok(value));
        Self::of(Arc::new(cell))
    }

    pub(crate) fn new(
        site: impl Located,
        on: On,
        work: impl FnOnce() -> R + Send + 'static,
    ) -> Self {
        Self::made(site, place::remember(on), work)
    }

    /// A call that is to run at a place that knows already where the call comes from.
    pub(crate) fn made(
        site: impl Located,
        on: On,
        work: impl FnOnce() -> R + Send + 'static,
    ) -> Self {
        Self::of(Arc::new(Cell::new(site, work, on)))
    }
}

impl<R> Future for Offload<R> {
    type Output = R;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<R> {
        match ready!(self.poll_outcome(cx)) {
            Ok(value) => Poll::Ready(value),
            // The body around is about to learn the same from its `block_on`, and to drop this future.
            Err(Error::Shutdown) if current::is_waiting_in_vain() => Poll::Pending,
            Err(error) => match self.call.absorb(error) {
                Ok(value) => Poll::Ready(value),
                Err(error) => raise(error, self.site()),
            },
        }
    }
}

/// Ends the awaiting task as the call of the function at `site` ended: the panic of a body goes on, the rest is told.
#[track_caller]
pub(crate) fn raise(error: Error, site: &Site) -> ! {
    match error {
        Error::Panicked(panic) => panic.resume(),
        error => panic!("{error} (in a call of {site})"),
    }
}

impl<R> Drop for Offload<R> {
    fn drop(&mut self) {
        self.call.abandon();
    }
}

impl<R> fmt::Debug for Offload<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Offload")
            .field("site", &format_args!("{}", self.call.site()))
            .field("finished", &self.is_finished())
            .finish()
    }
}

/// A call that found its pool full and would not wait.
///
/// As an error it says so; the call itself is in [`into_call`](Self::into_call).
#[must_use = "the refused call is in here"]
pub struct Refused<R> {
    call: Offload<R>,
}

impl<R> Refused<R> {
    /// The call, as it was before it was refused.
    pub fn into_call(self) -> Offload<R> {
        self.call
    }
}

impl<R> fmt::Debug for Refused<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Refused").field(&self.call).finish()
    }
}

impl<R> fmt::Display for Refused<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Error::Full.fmt(f)
    }
}

impl<R> std::error::Error for Refused<R> {}

impl<R> From<Refused<R>> for Error {
    /// Drops the call and keeps the reason.
    fn from(_: Refused<R>) -> Self {
        Self::Full
    }
}

/// The future of [`Offload::outcome`].
///
/// Dropping it is dropping the call. Never panics, except when it is polled again after completion.
#[derive(Debug)]
#[must_use = "an offloaded call does nothing until it is awaited, started or detached"]
pub struct Outcome<R> {
    offload: Offload<R>,
}

impl<R> Future for Outcome<R> {
    type Output = Result<R, Error>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.offload.poll_outcome(cx)
    }
}
