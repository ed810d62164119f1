//! The questions that a body can ask while it runs.

use std::{
    future::Future,
    pin::pin,
    sync::{Arc, Weak},
    task::{Context, Poll, Wake, Waker},
};

use crate::{
    call::{
        block_on::{
            blocked::{Blocked, RunningCall},
            parked::OwnWait,
        },
        cancel::Reason,
        current::{
            as_no_body, ask, body_for_request, current, home, home_is_closing, is_body, own_calls,
            own_slot, pool_name, run_own_call, scope, set_blocked_here, subscribe,
            will_block_on_end,
        },
    },
    error::Error,
    executor::{budget, default, elsewhere, inline, inline_mark},
    scheduler::threads,
    unwind::swallow_panic,
};

/// Whether the body on this thread should stop, because its caller dropped or cancelled the call, or because its runtime or
/// pool is being shut down.
///
/// It is cheap enough for a loop. Once true it stays true for this call, and it does not affect the next call on the same
/// thread. Outside a body it is false; [`check_cancelled`] distinguishes that case.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// use tokio_offload::{is_cancelled, run};
///
/// let sum = run(|| (0..1000_u64).take_while(|_| !is_cancelled()).sum::<u64>()).await;
/// assert_eq!(sum, 499_500);
/// assert!(!is_cancelled()); // no body, nothing to stop
/// # }
/// ```
pub fn is_cancelled() -> bool {
    ask(|body| body.stopped().is_some()).is_some_and(|stopped| stopped || home_is_closing())
}

/// Like [`is_cancelled`], for use with `?`.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// use tokio_offload::{Error, check_cancelled, run};
///
/// let hashed = run(|| -> Result<u32, Error> {
///     for _block in 0..100 {
///         check_cancelled()?;
///     }
///     Ok(100)
/// });
/// assert_eq!(hashed.await.ok(), Some(100));
/// assert!(matches!(check_cancelled(), Err(Error::NotInBody)));
/// # }
/// ```
///
/// # Errors
///
/// [`Error::Cancelled`] or [`Error::Shutdown`] when the body should stop, [`Error::NotInBody`] outside a body.
pub fn check_cancelled() -> Result<(), Error> {
    match ask(|body| body.stopped()).ok_or(Error::NotInBody)? {
        Some(reason) => Err(reason.error()),
        None if home_is_closing() => Err(Error::Shutdown),
        None => Ok(()),
    }
}

/// The name of the pool that the body on this thread runs in: that of a [`Pool`](crate::Pool), `blocking` for the default
/// executor, `owner`, or `rayon`. `None` outside a body, and on threads of none of these, such as those of an executor of yours;
/// [`Inline`](crate::Inline) is in the pool of the thread it is on.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// use tokio_offload::{current_pool, run};
///
/// assert_eq!(run(current_pool).await, Some("blocking"));
/// assert_eq!(current_pool(), None);
/// # }
/// ```
pub fn current_pool() -> Option<&'static str> {
    pool_name().filter(|_| is_body())
}

/// Registers `action`, to be run if this body is asked to stop while it runs: for example to close a socket or interrupt a
/// query.
///
/// The action runs once, on a separate thread, so it may block without delaying the caller. While 64 actions run, a further one
/// starts a second later. If the body was already asked to stop, the action runs at once, on this thread. If the body ends
/// first, the action never runs. Several actions run in the order in which they were registered. The call ends after them, so
/// the resources of the body are not given to another body while an action uses them. Therefore an action must not wait for the
/// end of its own call. A panic in an action reaches only the panic hook.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// use std::sync::mpsc;
/// use tokio_offload::{on_cancel, run};
///
/// let (interrupt, interrupted) = mpsc::channel::<()>();
/// let (began, begun) = tokio::sync::oneshot::channel();
/// let call = run(move || {
///     on_cancel(move || drop(interrupt)).unwrap();
///     began.send(()).unwrap();
///     interrupted.recv().is_err() // a blocking wait that only the action ends
/// })
/// .start();
/// begun.await.unwrap();
/// call.cancel();
/// assert!(call.await);
/// # }
/// ```
///
/// # Errors
///
/// [`Error::NotInBody`] outside a body; the action is dropped.
pub fn on_cancel(action: impl FnOnce() + Send + 'static) -> Result<(), Error> {
    let body = body_for_request().ok_or(Error::NotInBody)?;
    match (body.on_cancel(Box::new(action)), home()) {
        (Ok(()), Some(home)) => subscribe(home.signal()),
        (Ok(()), None) => {}
        (Err(action), _) => as_no_body(|| swallow_panic(action)),
    }
    Ok(())
}

/// Runs a future to its end on this thread, inside a body. The current runtime is that of the caller.
///
/// Offloaded calls inside the future are safe even if all threads of the pool are busy: a call made here for which no thread is free
/// runs on this thread, after a millisecond if none is on its way. The guide page [`block_on`](crate::guide::block_on) says which nestings
/// are safe, and which fail with which error.
///
/// A current-thread runtime must be driven by its own thread meanwhile, as with
/// [`Handle::block_on`](tokio::runtime::Handle::block_on).
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// use std::time::Duration;
/// use tokio_offload::{block_on, run};
///
/// let slept = run(|| block_on(tokio::time::sleep(Duration::from_millis(1)))).await;
/// assert!(slept.is_ok());
/// # }
/// ```
///
/// # Errors
///
/// [`Error::NotInBody`] outside a body, async workers included: there, `.await` instead. [`Error::Cancelled`] when the
/// caller [cancels](crate::Offload::cancel) the call meanwhile (not if the caller dropped the call: then the body may finish
/// its work). [`Error::Shutdown`] when the runtime or the pool is shut down, [`Error::NoRuntime`] when the executor runs bodies
/// without a runtime. The future is dropped in all these cases.
///
/// # Panics
///
/// When the future does.
pub fn block_on<F: Future>(future: F) -> Result<F::Output, Error> {
    let body = current().ok_or(Error::NotInBody)?;
    // The thread may be in a task, or in a `block_on` of tokio inside of a body.
    budget::without(|| block_on_as(&body, future))
}

fn block_on_as<F: Future>(body: &Arc<dyn RunningCall>, future: F) -> Result<F::Output, Error> {
    if inline_mark::is_set() {
        return inline::poll_once(future);
    }
    let runtime = threads::caller_runtime().ok_or(Error::NoRuntime)?;
    subscribe(&default::lane(&runtime).signal);
    if let Some(home) = home() {
        subscribe(home.signal());
    }
    let blocked = BlockedGuard::enter(body);
    let waker = Waker::from(Arc::clone(&blocked.blocked));
    let mut future = pin!(future);
    let mut own = OwnWait::default();
    loop {
        // Looked at first: on a runtime that is shutting down the future could only panic.
        if let Some(reason @ (Reason::Cancelled | Reason::Shutdown)) = body.stopped() {
            return Err(reason.error());
        }
        // The pool is shut down, and this body will soon be asked to stop. A call in the future may already have ended because of it.
        if will_block_on_end() {
            return Err(Error::Shutdown);
        }
        if let Poll::Ready(value) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return Ok(value);
        }
        own.look(own_calls(&blocked.blocked));
        blocked
            .blocked
            .wait(&mut own, |overdue| run_own_call(&blocked.blocked, overdue));
    }
}

/// Ends a wait because its body is asked to stop.
struct StopWaker {
    body: Weak<dyn RunningCall>,
    blocked: Arc<Blocked>,
}

impl StopWaker {
    fn of(body: &Arc<dyn RunningCall>, blocked: &Arc<Blocked>) -> Waker {
        let (body, blocked) = (Arc::downgrade(body), Arc::clone(blocked));
        Waker::from(Arc::new(Self { body, blocked }))
    }
}

impl Wake for StopWaker {
    fn wake(self: Arc<Self>) {
        let reason = self.body.upgrade().and_then(|body| body.stopped());
        match reason {
            Some(Reason::Cancelled | Reason::Shutdown) => self.blocked.stop(),
            // The wait goes on: the body may finish its work.
            Some(Reason::Abandoned) | None => {}
        }
    }
}

/// Marks the body as waiting for as long as it lives.
struct BlockedGuard<'a> {
    body: &'a Arc<dyn RunningCall>,
    blocked: Arc<Blocked>,
    outer: Option<Arc<Blocked>>,
}

impl<'a> BlockedGuard<'a> {
    fn enter(body: &'a Arc<dyn RunningCall>) -> Self {
        let home = home().unwrap_or_else(elsewhere::home);
        let blocked = Blocked::begin(Some(home), Arc::clone(body), scope(), own_slot());
        body.set_blocked(Some(StopWaker::of(body, &blocked)));
        let outer = set_blocked_here(Some(Arc::clone(&blocked)));
        Self {
            body,
            blocked,
            outer,
        }
    }
}

impl Drop for BlockedGuard<'_> {
    fn drop(&mut self) {
        let outer = self.outer.take();
        let waker = outer.as_ref().map(|outer| StopWaker::of(self.body, outer));
        self.body.set_blocked(waker.clone());
        set_blocked_here(outer);
        self.blocked.end();
        // A request to stop woke only this wait. One that comes later wakes the outer one, whose waker is in its place by now.
        if let Some(outer) = waker.filter(|_| self.body.stopped().is_some()) {
            outer.wake();
        }
    }
}
