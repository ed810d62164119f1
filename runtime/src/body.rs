//! What a body can ask while it runs, and what a thread knows about the body on it.

use std::{
    cell::{Cell, RefCell},
    future::Future,
    mem,
    pin::pin,
    sync::Arc,
    task::{Context, Poll, Waker},
};

use tokio::runtime::Handle;

use crate::{
    error::Error, hooks::Reason, job::Run, parker::Parker, shutdown::Signal, threads, tokio_pool,
};

/// Whether the body that runs on this thread should stop: its caller has gone or cancelled the call, or the runtime or
/// pool under it is being shut down.
///
/// Cheap enough for a loop. Once true it stays true for this call, and never carries over to the next one on the same
/// thread. Outside a body there is no caller to be gone, so it is false; [`check_cancelled`] tells the two apart.
pub fn cancelled() -> bool {
    current().is_some_and(|job| is_stopped(&*job))
}

/// Like [`cancelled`], for use with `?`.
///
/// # Errors
///
/// [`Error::Cancelled`] or [`Error::Shutdown`] when the body should stop, [`Error::NotInBody`] outside a body.
pub fn check_cancelled() -> Result<(), Error> {
    let job = current().ok_or(Error::NotInBody)?;
    match job.stopped() {
        Some(reason) => Err(reason.error()),
        None if host_is_closing() => Err(Error::Shutdown),
        None => Ok(()),
    }
}

/// Leaves `action` to be run if this body is asked to stop while it runs: close the socket, interrupt the query.
///
/// It runs once, on a thread of its own, so it may block without holding up the caller. If the body has been asked
/// already, it runs right here. If the body ends first it never runs. Several actions run in the order they were left.
/// A panic in an action reaches nobody but the panic hook.
///
/// # Errors
///
/// [`Error::NotInBody`] outside a body; the action is dropped.
pub fn on_cancel(action: impl FnOnce() + Send + 'static) -> Result<(), Error> {
    let job = current().ok_or(Error::NotInBody)?;
    match job.on_stop(Box::new(action)) {
        Ok(()) => HOST.with_borrow(Clone::clone).iter().for_each(listen),
        Err(action) => action(),
    }
    Ok(())
}

/// Runs a future to its end on this thread, inside a body, with the caller's runtime at hand.
///
/// Offloaded calls inside the future are safe also when every thread of the pool is taken, this one included: a call made
/// here that finds no thread within a millisecond runs on this one.
///
/// On a current-thread runtime somebody must be driving it, as with [`Handle::block_on`].
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
    let job = current().ok_or(Error::NotInBody)?;
    if IN_PLACE.get() {
        return poll_once(future);
    }
    let runtime = Handle::try_current().map_err(|_| Error::NoRuntime)?;
    if threads::is_private(&runtime) {
        return Err(Error::NoRuntime);
    }
    listen(tokio_pool::lane(&runtime).signal());
    HOST.with_borrow(Clone::clone).iter().for_each(listen);
    let parker = Parker::of_this_thread();
    let waker = Waker::from(Arc::clone(&parker));
    let _blocked = Blocked::enter(&job, waker.clone());
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return Ok(value);
        }
        if let Some(reason @ (Reason::Cancelled | Reason::Shutdown)) = job.stopped() {
            return Err(reason.error());
        }
        parker.wait(next_waiting());
    }
}

/// What `block_on` does on a thread that must not be blocked.
fn poll_once<F: Future>(future: F) -> Result<F::Output, Error> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => Ok(value),
        Poll::Pending => Err(Error::WouldBlock),
    }
}

thread_local! {
    /// Whether bodies run here on their caller's thread.
    static IN_PLACE: Cell<bool> = const { Cell::new(false) };
    static FRAME: RefCell<Option<Frame>> = const { RefCell::new(None) };
    static HOST: RefCell<Option<Arc<Signal>>> = const { RefCell::new(None) };
}

/// The body that runs on this thread.
struct Frame {
    job: Arc<dyn Run>,
    /// Whether it is inside `block_on`.
    blocked: bool,
    /// Calls submitted by its `block_on`, which it runs itself if nobody else does.
    submitted: Vec<Arc<dyn Run>>,
    /// Signals that know this job.
    heard: Vec<Arc<Signal>>,
}

impl Drop for Frame {
    fn drop(&mut self) {
        for signal in &self.heard {
            signal.forget(&self.job);
        }
    }
}

/// Runs `f`, which must not unwind, as the body of `job`.
pub(crate) fn enter<T>(job: Arc<dyn Run>, f: impl FnOnce() -> T) -> T {
    let outer = FRAME.replace(Some(Frame {
        job,
        blocked: false,
        submitted: Vec::new(),
        heard: Vec::new(),
    }));
    let result = f();
    drop(FRAME.replace(outer));
    result
}

/// Runs `f`, which must not unwind, on a thread that `signal` speaks for.
pub(crate) fn host(signal: &Arc<Signal>, f: impl FnOnce()) {
    let outer = HOST.replace(Some(Arc::clone(signal)));
    f();
    drop(HOST.replace(outer));
}

/// Runs `f`, which must not unwind, with bodies on their caller's thread.
pub(crate) fn in_place(f: impl FnOnce()) {
    let outer = IN_PLACE.replace(true);
    f();
    IN_PLACE.set(outer);
}

/// Whether this thread is a host that `signal` speaks for, and the body on it is inside `block_on`.
pub(crate) fn waits_on(signal: &Arc<Signal>) -> bool {
    let here = HOST.try_with(|host| {
        host.borrow()
            .as_ref()
            .is_some_and(|s| Arc::ptr_eq(s, signal))
    });
    let blocked = FRAME.try_with(|frame| frame.borrow().as_ref().is_some_and(|f| f.blocked));
    here == Ok(true) && blocked == Ok(true)
}

/// Remembers a call that the `block_on` of a body waits for.
pub(crate) fn note_submitted(job: &Arc<dyn Run>) {
    // `try_with`: a call may be made while the thread is taken down.
    let _ = FRAME.try_with(|frame| {
        if let Some(frame) = frame.borrow_mut().as_mut().filter(|frame| frame.blocked) {
            frame.submitted.push(Arc::clone(job));
        }
    });
}

fn current() -> Option<Arc<dyn Run>> {
    let job = |frame: &RefCell<Option<Frame>>| frame.borrow().as_ref().map(|f| Arc::clone(&f.job));
    FRAME.try_with(job).ok().flatten()
}

fn is_stopped(job: &dyn Run) -> bool {
    job.stopped().is_some() || host_is_closing()
}

fn host_is_closing() -> bool {
    HOST.with_borrow(|host| host.as_ref().is_some_and(|signal| signal.is_raised()))
}

/// Has the current job hear `signal`, once.
fn listen(signal: &Arc<Signal>) {
    let job = FRAME.with_borrow_mut(|frame| {
        let frame = frame.as_mut()?;
        let known = frame.heard.iter().any(|known| Arc::ptr_eq(known, signal));
        if known {
            return None;
        }
        frame.heard.push(Arc::clone(signal));
        Some(Arc::clone(&frame.job))
    });
    if let Some(job) = job {
        signal.listen(&job);
    }
}

/// The oldest call of this `block_on` that no thread has taken yet.
fn next_waiting() -> Option<Arc<dyn Run>> {
    FRAME.with_borrow_mut(|frame| {
        let submitted = &mut frame.as_mut()?.submitted;
        submitted.retain(|job| job.is_waiting());
        submitted.first().cloned()
    })
}

/// Marks the body as blocked for as long as it lives.
struct Blocked<'a> {
    job: &'a Arc<dyn Run>,
    outer: bool,
}

impl<'a> Blocked<'a> {
    fn enter(job: &'a Arc<dyn Run>, waker: Waker) -> Self {
        job.set_blocked(Some(waker));
        let outer = set_blocked(true);
        Self { job, outer }
    }
}

impl Drop for Blocked<'_> {
    fn drop(&mut self) {
        set_blocked(self.outer);
        self.job.set_blocked(None);
    }
}

fn set_blocked(blocked: bool) -> bool {
    FRAME.with_borrow_mut(|frame| {
        frame
            .as_mut()
            .is_some_and(|frame| mem::replace(&mut frame.blocked, blocked))
    })
}
