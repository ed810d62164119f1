//! The future of a call: what it is, and how it is submitted, polled and dropped.

use std::{
    fmt,
    future::Future,
    panic::{RefUnwindSafe, UnwindSafe},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, Waker, ready},
};

use tokio::task::coop;

use super::place::{self, On};
use crate::{
    call::{
        cell::Cell,
        current,
        site::{Located, Site},
        traits::{Call, Step},
    },
    context,
    error::Error,
    executor::Job,
};

/// A call of an offloaded function: a future of the function's return value.
///
/// It owns its arguments and borrows nothing. So it can be spawned, stored and sent, whatever the parameters of the function
/// are.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// use tokio_offload::{Offload, offload};
///
/// #[offload]
/// fn lines(text: String) -> usize {
///     text.lines().count()
/// }
///
/// let lazy: Offload<usize> = lines("one\ntwo".to_owned());
/// let started = lines("three".to_owned()).start(); // runs beside what this task does
/// assert_eq!(lazy.await + started.await, 3);
/// # }
/// ```
///
/// - **Lazy**: nothing is submitted before the first poll or [`start`](Self::start).
/// - **Dropped before the body starts**: the body never runs, and its arguments are dropped at once.
/// - **Dropped while the body runs**: the drop returns at once. In the body, [`is_cancelled`](crate::is_cancelled) becomes
///   true, and actions registered with [`on_cancel`](crate::on_cancel) run once. The body is not stopped: it occupies its thread
///   until it returns, and its result is dropped.
/// - **Dropped or detached after it was started**: a panic in the `Drop` of an argument or of the result does not reach the
///   caller. The panic hook reports it. (If two arguments of one call panic so, the program ends, as everywhere in Rust.)
/// - **Runtime shut down**: a body that has not started never runs, and running bodies are asked to stop, as if cancelled.
///   (`shutdown_timeout` of a current-thread runtime waits for its threads before it asks bodies to stop: use
///   `shutdown_background` there.)
///
/// # Panics
///
/// Awaiting resumes a panic of the body, with the same payload. It also panics if the call has no result, because there is no
/// runtime, the runtime was shut down, or the call was [cancelled](Self::cancel). [`outcome`](Self::outcome) gives an [`Error`]
/// in all these cases. Polling again after completion panics. Calls to worker processes (`remote = EXPR`), and those with
/// [`catch`](Self::catch), end with an error of their function and do not panic.
#[must_use = "an offloaded call does nothing until it is awaited or started, and is cancelled when dropped: await, `spawn` or `detach` it"]
pub struct Offload<R> {
    pub(super) call: Arc<dyn Call<R, On>>,
}

impl<R> Offload<R> {
    /// Where to `submit` the call, unless that has been done.
    pub(crate) fn begin(&mut self) -> Option<On> {
        match Arc::get_mut(&mut self.call) {
            Some(call) => call.begin_alone(),
            None => self.call.begin(),
        }
    }

    pub(crate) fn submit(&self, on: On) {
        let job = self.job(&on);
        on.submit(job);
    }

    pub(super) fn job(&self, on: &On) -> Job {
        let job = Job::new(Arc::clone(&self.call).job());
        if context::is_any() {
            on.with_context(job)
        } else {
            job
        }
    }

    /// A result that is ready at once counts against the budget of the task, as with tokio's own futures. So a loop over calls that never
    /// wait lets other tasks run.
    pub(crate) fn poll_outcome(&mut self, cx: &mut Context<'_>) -> Poll<Result<R, Error>> {
        if !coop::has_budget_remaining() {
            // Woken at once. (tokio's own futures are woken when their worker has nothing else to do.) A combinator that polls many
            // calls in one task, such as `FuturesUnordered`, notices that and yields, instead of polling all the others in vain.
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        loop {
            let alone = Arc::get_mut(&mut self.call).and_then(|call| call.poll_alone(cx.waker()));
            let waits = alone.is_some();
            match alone.unwrap_or_else(|| self.call.poll(cx.waker())) {
                Step::Submit(on) => {
                    self.submit(on);
                    // An executor may have run the job on the spot: then it is gone, and the call is looked at again. While
                    // the job is there, its end wakes this task.
                    if waits && Arc::strong_count(&self.call) > 1 {
                        return self.pending();
                    }
                }
                Step::Pending => return self.pending(),
                Step::Ready(result) => {
                    if let Poll::Ready(budget) = coop::poll_proceed(cx) {
                        budget.made_progress();
                    }
                    return Poll::Ready(result);
                }
            }
        }
    }

    fn pending<T>(&self) -> Poll<T> {
        current::polled(|| Arc::clone(&self.call).job());
        Poll::Pending
    }

    /// Whether the body around is about to learn of a shutdown from its `block_on`, which then drops this future. If it is
    /// polled again, there is another executor or a loop in between, and the call tells.
    fn is_told_by_block_on(&mut self, waker: &Waker) -> bool {
        if !current::will_block_on_end() {
            return false;
        }
        let Some(call) = Arc::clone(&self.call).withhold() else {
            return false;
        };
        self.call = call;
        waker.wake_by_ref();
        true
    }

    pub(crate) fn site(&self) -> &'static Site {
        self.call.site()
    }

    pub(crate) fn of(call: Arc<dyn Call<R, On>>) -> Self {
        Self { call }
    }
}

impl<R: Send + 'static> Offload<R> {
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

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<R> {
        match ready!(self.poll_outcome(cx)) {
            Ok(value) => Poll::Ready(value),
            Err(Error::Shutdown) if self.is_told_by_block_on(cx.waker()) => Poll::Pending,
            Err(error) => match self.call.absorb(error) {
                Ok(value) => Poll::Ready(value),
                Err(error) => raise(error, self.site()),
            },
        }
    }
}

/// Panics in the awaiting task because the call of the function at `site` failed: with the payload of a body's panic, or with the text of
/// the error.
#[track_caller]
pub(crate) fn raise(error: Error, site: &Site) -> ! {
    match error {
        Error::Panicked(panic) => panic.resume(),
        error => panic!("{error} (in a call of {site})"),
    }
}

impl<R> Drop for Offload<R> {
    fn drop(&mut self) {
        let over = Arc::get_mut(&mut self.call).is_some_and(Call::is_over);
        if !over {
            self.call.abandon();
        }
    }
}

// A call whose body panicked has ended, and nothing shows what its body left half done.
impl<R> UnwindSafe for Offload<R> {}
impl<R> RefUnwindSafe for Offload<R> {}

impl<R> fmt::Debug for Offload<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Offload")
            .field("site", &format_args!("{}", self.call.site()))
            .field("finished", &self.is_finished())
            .finish()
    }
}

/// The future of [`Offload::outcome`].
///
/// Dropping it drops the call. It panics only when it is polled again after completion.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// use tokio_offload::{Error, run};
///
/// let outcome = run(|| std::panic::panic_any("no")).outcome();
/// assert!(matches!(outcome.await, Err::<(), _>(Error::Panicked(_))));
/// # }
/// ```
#[derive(Debug)]
#[must_use = "an offloaded call does nothing until it is awaited or started, and is cancelled when dropped: await, `spawn` or `detach` it"]
pub struct Outcome<R> {
    pub(super) offload: Offload<R>,
}

impl<R> Outcome<R> {
    /// Asks the call to end early, as [`Offload::cancel`] does. It can still be awaited, and gives the value of a body that had begun.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// use tokio_offload::{Error, run};
    ///
    /// # let stop = async {};
    /// let mut outcome = run(|| 7).outcome();
    /// tokio::select! {
    ///     ended = &mut outcome => assert!(matches!(ended, Ok(7))),
    ///     () = stop => {
    ///         outcome.cancel();
    ///         match outcome.await {
    ///             Ok(value) => assert_eq!(value, 7), // the body is over
    ///             Err(error) => assert!(matches!(error, Error::Cancelled)), // it had not begun
    ///         }
    ///     }
    /// }
    /// # }
    /// ```
    pub fn cancel(&self) {
        self.offload.cancel();
    }

    /// Whether the call has ended, as [`Offload::is_finished`] tells. Never blocks.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// let outcome = tokio_offload::run(|| 7).outcome();
    /// outcome.cancel();
    /// assert!(outcome.is_finished());
    /// # }
    /// ```
    pub fn is_finished(&self) -> bool {
        self.offload.is_finished()
    }
}

impl<R> Future for Outcome<R> {
    type Output = Result<R, Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.offload.poll_outcome(cx)
    }
}
