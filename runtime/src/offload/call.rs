//! `Offload<R>`: what users do with a call.

use std::sync::Arc;

use super::{
    place::On,
    poll::{Offload, Outcome, raise},
    refused::Refused,
};
use crate::{
    call::{cell::Cell, site::Site},
    error::Error,
};

impl<R> Offload<R> {
    /// Submits the call now, as `loop.run_in_executor` does, and gives it back to be awaited later.
    ///
    /// A started call is still the caller's: dropped before a thread took it, its body never runs; dropped later, the body is
    /// told. Use [`spawn`](Self::spawn) or [`detach`](Self::detach) for work that must go on.
    ///
    /// Must be called on a thread that is in a tokio runtime; elsewhere the call ends as [`Error::NoRuntime`].
    /// Starting twice does nothing more. Never blocks.
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
    #[must_use = "a started call that is dropped is cancelled: await it, `spawn` it or `detach` it"]
    pub fn start(mut self) -> Self {
        if let Some(on) = self.begin() {
            self.submit(on);
        }
        self
    }

    /// Like [`start`](Self::start), but refuses instead of waiting where there is no room.
    ///
    /// A call that was started before is left as it is.
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
    /// When the [queue](crate::Pool::queue_capacity) of the pool is full: the call comes back unharmed, to be tried again, awaited
    /// or dropped. Other failures are the call's own end.
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

    /// Starts the call and lets it run without a caller: nobody will see its result or its panic.
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
    /// When the call cannot be carried out at all and nobody is left to be told: on a thread without a tokio runtime, or
    /// when the operating system refuses the thread.
    #[track_caller]
    pub fn detach(mut self) {
        if let Some(on) = self.begin() {
            self.submit(on);
        }
        if let Some(error @ (Error::NoRuntime | Error::Thread(_))) = self.call.detach() {
            raise(error, self.site());
        }
    }

    /// The call's end as a value: what `.await` would panic with becomes an [`Error`].
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
    /// A call to a worker process comes to its end while it is polled, or by itself once it was [started](Self::start).
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

    /// Asks the call to end early and keeps it to be awaited, unlike dropping it.
    ///
    /// A body that has not started never will: the call ends as [`Error::Cancelled`]. In a running body
    /// [`is_cancelled`](crate::is_cancelled) turns true, actions left with [`on_cancel`](crate::on_cancel) run, and a
    /// [`block_on`](crate::block_on) in it returns [`Error::Cancelled`]; what the body then returns is the call's result.
    /// Awaiting waits for that end. Cancelling twice, or after the end, does nothing.
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
    /// A call that has ended with `value`: for test doubles of offloaded functions. Nothing runs anywhere.
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
        let cell = Cell::<fn() -> R, R, On, _>::ended(&SITE, Ok(value));
        Self::of(Arc::new(cell))
    }
}
