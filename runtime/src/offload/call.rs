//! `Offload<R>`: what users do with a call.

use std::sync::Arc;

use super::{
    place::On,
    poll::{Offload, Outcome, raise},
    refused::Refused,
};
use crate::{
    call::{cell::Cell, current, site::Site},
    error::Error,
    unwind::drop_quietly,
};

impl<R> Offload<R> {
    /// Submits the call now, as `loop.run_in_executor` does, and gives it back to be awaited later.
    ///
    /// Starting does not detach the call. If it is dropped before a thread takes it, its body never runs. If it is dropped
    /// later, the body is asked to stop. Use [`spawn`](Self::spawn) or [`detach`](Self::detach) for work that must continue.
    ///
    /// Call it on a thread that is in a tokio runtime; elsewhere the call ends as [`Error::NoRuntime`]. Starting a call again
    /// has no effect. Never blocks.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// use tokio_offload::run;
    ///
    /// let first = run(|| 1).start(); // runs from here on
    /// let second = run(|| 2).start();
    /// assert_eq!(first.await + second.await, 3);
    /// # }
    /// ```
    ///
    /// # Cancel safety
    ///
    /// Starting does not detach: dropping the call afterwards still cancels it.
    pub fn start(mut self) -> Self {
        if let Some(on) = self.begin() {
            self.submit(on);
        }
        self
    }

    /// Like [`start`](Self::start), but fails if the queue is full, instead of waiting.
    ///
    /// Has no effect on a call that was already started.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use tokio_offload::Pool;
    ///
    /// static BUSY: Pool = Pool::new("busy").threads(1).queue_capacity(0);
    ///
    /// let (release, held) = std::sync::mpsc::channel::<()>();
    /// let first = BUSY.run(move || held.recv().is_err()).try_start()?;
    /// let refused = BUSY.run(|| "second").try_start().unwrap_err();
    /// drop(release);
    /// first.await;
    /// assert_eq!(refused.into_call().await, "second"); // awaited, it waits its turn
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// When the [queue](crate::Pool::queue_capacity) of the pool is full. The error returns the call, which can be tried again,
    /// awaited or dropped. Other failures end the call itself.
    pub fn try_start(mut self) -> Result<Self, Refused<R>> {
        let Some(on) = self.begin() else {
            return Ok(self);
        };
        let job = self.job(&on);
        let mine = job.call().map(Arc::clone);
        match on.try_submit(job) {
            Err(job) if job.is_of(mine.as_ref()) => {
                job.forget();
                self.call.put_back(on);
                Err(Refused { call: self })
            }
            // An executor that gives back another job than it was given has refused that one, which ends here, and has this.
            Ok(()) | Err(_) => Ok(self),
        }
    }

    /// Starts the call and lets it run without a caller. Its result, or its panic, is dropped.
    ///
    /// The body still sees [`is_cancelled`](crate::is_cancelled) when the runtime is shut down.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// use tokio::sync::oneshot;
    ///
    /// let (tell, told) = oneshot::channel();
    /// tokio_offload::run(move || tell.send("done")).detach();
    /// assert_eq!(told.await, Ok("done"));
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// When the call cannot run, since no caller is left to receive the error: on a thread without a tokio runtime, or when the
    /// operating system refuses to start a thread.
    #[track_caller]
    pub fn detach(mut self) {
        if let Some(on) = self.begin() {
            current::not_waiting(|| self.submit(on));
        }
        match self.call.detach() {
            Some(error @ (Error::NoRuntime | Error::Thread(_))) => raise(error, self.site()),
            // It may have ended before: the payload of a panic can panic when it is dropped, like a result.
            other => drop_quietly(other),
        }
    }

    /// A future for how the call ends, as a value: where `.await` would panic, it gives an [`Error`].
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// use tokio_offload::{Error, run};
    ///
    /// let call = run(|| -> u8 { std::panic::panic_any("broken") });
    /// match call.outcome().await {
    ///     Err(Error::Panicked(panic)) => assert_eq!(panic.message().as_deref(), Some("broken")),
    ///     other => panic!("{other:?}"),
    /// }
    /// # }
    /// ```
    ///
    /// # Cancel safety
    ///
    /// Dropping the [`Outcome`] is dropping the call.
    pub fn outcome(self) -> Outcome<R> {
        Outcome { offload: self }
    }

    /// Whether the call has ended, so that awaiting it would not wait. Never blocks.
    ///
    /// A call to a worker process makes progress while it is polled, or, once it was [started](Self::start), without being
    /// polled.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// let call = tokio_offload::run(|| 7).start();
    /// while !call.is_finished() {
    ///     tokio::task::yield_now().await; // or other work
    /// }
    /// assert_eq!(call.await, 7);
    /// # }
    /// ```
    pub fn is_finished(&self) -> bool {
        self.call.is_finished()
    }

    /// Asks the call to end early. Unlike a dropped call, it can still be awaited.
    ///
    /// If the body has not started, it never runs, and the call ends as [`Error::Cancelled`]. If it is running,
    /// [`is_cancelled`](crate::is_cancelled) becomes true in it, actions registered with [`on_cancel`](crate::on_cancel) run,
    /// and [`block_on`](crate::block_on) in it returns [`Error::Cancelled`]. The value that the body then returns is the result
    /// of the call. Cancelling again, or after the end, has no effect.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// use tokio_offload::{Error, is_cancelled, run};
    ///
    /// let call = run(|| {
    ///     let mut rounds = 0_u64;
    ///     while !is_cancelled() {
    ///         rounds += 1;
    ///     }
    ///     rounds
    /// })
    /// .start();
    /// call.cancel();
    /// match call.outcome().await {
    ///     Ok(rounds) => println!("stopped after {rounds} rounds"),
    ///     Err(error) => assert!(matches!(error, Error::Cancelled)), // it had not begun
    /// }
    /// # }
    /// ```
    pub fn cancel(&self) {
        self.call.cancel();
    }
}

impl<R: Send + 'static> Offload<R> {
    /// A call that has already ended with `value`, for test doubles of offloaded functions. Nothing runs.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// use tokio_offload::Offload;
    ///
    /// /// Where production code calls an offloaded function.
    /// async fn doubled(call: Offload<u32>) -> u32 {
    ///     call.await * 2
    /// }
    ///
    /// assert_eq!(doubled(Offload::ready(21)).await, 42);
    /// # }
    /// ```
    pub fn ready(value: R) -> Self {
        static SITE: Site = Site::ours("Offload::ready");
        let cell = Cell::<fn() -> R, R, On, _>::ended(&SITE, value);
        Self::of(Arc::new(cell))
    }
}
