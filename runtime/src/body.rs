//! What a body can ask while it runs.

use std::{
    future::Future,
    pin::pin,
    sync::Arc,
    task::{Context, Poll, Waker},
};

use crate::{
    call::{
        blocked::Blocked,
        cancel::{Reason, Stoppable},
        current::{
            body_for_request, caller, current, home, home_is_closing, is_body, next_submitted,
            pool_name, set_blocked_here, subscribe,
        },
    },
    error::Error,
    executor::{default, inline},
    scheduler::threads,
};

/// Whether the body that runs on this thread should stop: its caller has gone or cancelled the call, or the runtime or
/// pool under it is being shut down.
///
/// Cheap enough for a loop. Once true it stays true for this call, and never carries over to the next one on the same
/// thread. Outside a body there is no caller to be gone, so it is false; [`check_cancelled`] tells the two apart.
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
    current().is_some_and(|body| body.stopped().is_some() || home_is_closing())
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
    let body = current().ok_or(Error::NotInBody)?;
    match body.stopped() {
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

/// Leaves `action` to be run if this body is asked to stop while it runs: close the socket, interrupt the query.
///
/// It runs once, on a thread for such actions, so it may block without holding up the caller. Where 64 actions run, a further one is
/// begun a second later. If the body has been asked
/// already, it runs right here. If the body ends first it never runs. Several actions run in the order they were left.
/// The call ends after them: what the body works on is not another body's while an action speaks of it. So an action must
/// not wait for the end of its own call.
/// A panic in an action reaches nobody but the panic hook.
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
        (Err(action), _) => action(),
    }
    Ok(())
}

/// Runs a future to its end on this thread, inside a body, with the caller's runtime at hand.
///
/// Offloaded calls inside the future are safe also when every thread of the pool is taken, this one included: a call made
/// here that finds no thread within a millisecond runs on this one. The page [`block_on`](crate::guide::block_on) of the guide tells which
/// nestings are safe, and which are refused with which error.
///
/// On a current-thread runtime somebody must be driving it, as with [`Handle::block_on`](tokio::runtime::Handle::block_on).
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
/// caller [cancels](crate::Offload::cancel) the call meanwhile (not when it has dropped it: then the work may end in
/// peace). [`Error::Shutdown`] when the runtime or the pool is shut down, [`Error::NoRuntime`] when the executor runs
/// bodies without a runtime. The future is dropped in all these cases.
///
/// # Panics
///
/// When the future does.
pub fn block_on<F: Future>(future: F) -> Result<F::Output, Error> {
    let body = current().ok_or(Error::NotInBody)?;
    if inline::is_in_place() {
        return inline::poll_once(future);
    }
    let runtime = threads::caller_runtime().ok_or(Error::NoRuntime)?;
    subscribe(default::lane(&runtime).signal());
    if let Some(home) = home() {
        subscribe(home.signal());
    }
    let blocked = BlockedGuard::enter(&body);
    let waker = Waker::from(Arc::clone(&blocked.blocked));
    let mut future = pin!(future);
    loop {
        // Looked at first: on a runtime that is shutting down the future could only panic.
        if let Some(reason @ (Reason::Cancelled | Reason::Shutdown)) = body.stopped() {
            return Err(reason.error());
        }
        if let Poll::Ready(value) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return Ok(value);
        }
        let own = next_submitted();
        blocked.blocked.wait(own.map(|call| move || call.run()));
    }
}

/// Marks the body as waiting for as long as it lives.
struct BlockedGuard<'a> {
    body: &'a Arc<dyn Stoppable>,
    blocked: Arc<Blocked>,
    outer: Option<Arc<Blocked>>,
}

impl<'a> BlockedGuard<'a> {
    fn enter(body: &'a Arc<dyn Stoppable>) -> Self {
        let blocked = Blocked::begin(home(), caller());
        body.set_blocked(Some(Waker::from(Arc::clone(&blocked))));
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
        self.body.set_blocked(outer.clone().map(Waker::from));
        set_blocked_here(outer);
        self.blocked.end();
    }
}
