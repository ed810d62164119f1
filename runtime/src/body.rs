//! What a body can ask while it runs, and what a thread knows about the body on it.

use std::{
    cell::RefCell,
    future::Future,
    mem,
    pin::pin,
    sync::Arc,
    task::{Context, Poll, Waker},
};

use crate::{
    error::Error,
    hooks::Reason,
    inline,
    job::Run,
    shutdown::Signal,
    threads, tokio_pool,
    waiting::{Home, Submitted, Waiting},
};

/// Whether the body that runs on this thread should stop: its caller has gone or cancelled the call, or the runtime or
/// pool under it is being shut down.
///
/// Cheap enough for a loop. Once true it stays true for this call, and never carries over to the next one on the same
/// thread. Outside a body there is no caller to be gone, so it is false; [`check_cancelled`] tells the two apart.
pub fn cancelled() -> bool {
    current().is_some_and(|job| job.stopped().is_some() || host_is_closing())
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
/// The call ends after them: what the body works on is not another body's while an action speaks of it. So an action must
/// not wait for the end of its own call.
/// A panic in an action reaches nobody but the panic hook.
///
/// # Errors
///
/// [`Error::NotInBody`] outside a body; the action is dropped.
pub fn on_cancel(action: impl FnOnce() + Send + 'static) -> Result<(), Error> {
    let job = asking().ok_or(Error::NotInBody)?;
    match (job.on_stop(Box::new(action)), home()) {
        (Ok(()), Some(home)) => listen(home.signal()),
        (Ok(()), None) => {}
        (Err(action), _) => action(),
    }
    Ok(())
}

/// Runs a future to its end on this thread, inside a body, with the caller's runtime at hand.
///
/// Offloaded calls inside the future are safe also when every thread of the pool is taken, this one included: a call made
/// here that finds no thread within a millisecond runs on this one.
///
/// On a current-thread runtime somebody must be driving it, as with [`Handle::block_on`](tokio::runtime::Handle::block_on).
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
    if inline::is_in_place() {
        return inline::poll_once(future);
    }
    let runtime = threads::caller_runtime().ok_or(Error::NoRuntime)?;
    listen(tokio_pool::lane(&runtime).signal());
    if let Some(home) = home() {
        listen(home.signal());
    }
    let waiting = Blocked::enter(&job);
    let waker = Waker::from(Arc::clone(&waiting.waiting));
    let mut future = pin!(future);
    loop {
        // Looked at first: on a runtime that is shutting down the future could only panic.
        if let Some(reason @ (Reason::Cancelled | Reason::Shutdown)) = job.stopped() {
            return Err(reason.error());
        }
        if let Poll::Ready(value) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return Ok(value);
        }
        waiting.waiting.wait(next_submitted());
    }
}

thread_local! {
    static FRAME: RefCell<Option<Frame>> = const { RefCell::new(None) };
    static HOST: RefCell<Option<Arc<dyn Home>>> = const { RefCell::new(None) };
}

/// The body that runs on this thread.
struct Frame {
    job: Arc<dyn Run>,
    /// The waiting body that made this call.
    caller: Option<Arc<Waiting>>,
    /// This body's own `block_on`.
    waiting: Option<Arc<Waiting>>,
    /// What few bodies have.
    more: Option<Box<More>>,
}

#[derive(Default)]
struct More {
    /// Calls it made that it may have to run itself.
    submitted: Vec<Submitted>,
    /// Signals that know this job.
    heard: Vec<Arc<Signal>>,
}

impl Frame {
    fn more(&mut self) -> &mut More {
        self.more.get_or_insert_default()
    }
}

impl Drop for Frame {
    fn drop(&mut self) {
        for signal in self.more.iter().flat_map(|more| &more.heard) {
            signal.forget(&self.job);
        }
    }
}

/// Runs `f`, which must not unwind, as the body of `job`.
pub(crate) fn enter<T>(
    job: Arc<dyn Run>,
    caller: Option<Arc<Waiting>>,
    f: impl FnOnce() -> T,
) -> T {
    let outer = FRAME.replace(Some(Frame {
        job,
        caller,
        waiting: None,
        more: None,
    }));
    let result = f();
    if let Some(frame) = FRAME.replace(outer).filter(|frame| frame.more.is_some()) {
        frame.job.end_requests();
    }
    result
}

/// Runs `f`, which must not unwind, on a thread of `home`.
pub(crate) fn host(home: Arc<dyn Home>, f: impl FnOnce()) {
    let outer = HOST.replace(Some(home));
    f();
    drop(HOST.replace(outer));
}

/// The `block_on` of the body on this thread: the caller of what is submitted now.
pub(crate) fn waiting() -> Option<Arc<Waiting>> {
    // `try_with`: a call may be made while the thread is taken down.
    let waiting = |frame: &RefCell<Option<Frame>>| frame.borrow().as_ref()?.waiting.clone();
    FRAME.try_with(waiting).ok().flatten()
}

/// The job of this thread, whose end will look after what it asked for.
fn asking() -> Option<Arc<dyn Run>> {
    FRAME.with_borrow_mut(|frame| {
        let frame = frame.as_mut()?;
        frame.more();
        Some(Arc::clone(&frame.job))
    })
}

/// Whether the body on this thread is inside a `block_on` that will end because the body was asked to stop.
pub(crate) fn is_waiting_in_vain() -> bool {
    let asked = |job: Arc<dyn Run>| !matches!(job.stopped(), None | Some(Reason::Abandoned));
    waiting().is_some() && current().is_some_and(asked)
}

/// Whether `signal` speaks for this thread.
pub(crate) fn is_host_of(signal: &Arc<Signal>) -> bool {
    home().is_some_and(|home| Arc::ptr_eq(home.signal(), signal))
}

/// What this thread belongs to.
fn home() -> Option<Arc<dyn Home>> {
    HOST.try_with(|home| home.borrow().clone()).ok().flatten()
}

/// Whether a body runs on this thread.
pub(crate) fn is_body() -> bool {
    FRAME
        .try_with(|frame| frame.borrow().is_some())
        .unwrap_or(false)
}

/// Remembers a call that the body on this thread may have to run itself if it waits for it.
pub(crate) fn note(submitted: Submitted) {
    FRAME.with_borrow_mut(|frame| {
        let Some(frame) = frame else { return };
        let known = &mut frame.more().submitted;
        if known.len() == known.capacity() {
            known.retain(|submitted| submitted.call.is_waiting());
        }
        known.push(submitted);
    });
}

fn current() -> Option<Arc<dyn Run>> {
    let job = |frame: &RefCell<Option<Frame>>| frame.borrow().as_ref().map(|f| Arc::clone(&f.job));
    FRAME.try_with(job).ok().flatten()
}

fn host_is_closing() -> bool {
    HOST.with_borrow(|home| home.as_ref().is_some_and(|home| home.signal().is_raised()))
}

/// Has the current job hear `signal`, once.
fn listen(signal: &Arc<Signal>) {
    let job = FRAME.with_borrow_mut(|frame| {
        let frame = frame.as_mut()?;
        let heard = &mut frame.more().heard;
        let known = heard.iter().any(|known| Arc::ptr_eq(known, signal));
        if known {
            return None;
        }
        heard.push(Arc::clone(signal));
        Some(Arc::clone(&frame.job))
    });
    if let Some(job) = job {
        signal.listen(&job);
    }
}

/// The oldest call of this body that no thread has taken yet.
fn next_submitted() -> Option<Submitted> {
    FRAME.with_borrow_mut(|frame| {
        let submitted = &mut frame.as_mut()?.more.as_mut()?.submitted;
        submitted.retain(|submitted| submitted.call.is_waiting());
        let first = submitted.first()?;
        Some(Submitted {
            call: Arc::clone(&first.call),
            to: Arc::clone(&first.to),
        })
    })
}

/// Marks the body as waiting for as long as it lives.
struct Blocked<'a> {
    job: &'a Arc<dyn Run>,
    waiting: Arc<Waiting>,
    outer: Option<Arc<Waiting>>,
}

impl<'a> Blocked<'a> {
    fn enter(job: &'a Arc<dyn Run>) -> Self {
        let caller = FRAME.with_borrow(|frame| frame.as_ref().and_then(|f| f.caller.clone()));
        let waiting = Waiting::begin(home(), caller);
        job.set_blocked(Some(Waker::from(Arc::clone(&waiting))));
        let outer = set_waiting(Some(Arc::clone(&waiting)));
        Self {
            job,
            waiting,
            outer,
        }
    }
}

impl Drop for Blocked<'_> {
    fn drop(&mut self) {
        let outer = self.outer.take();
        self.job.set_blocked(outer.clone().map(Waker::from));
        set_waiting(outer);
        self.waiting.end();
    }
}

fn set_waiting(waiting: Option<Arc<Waiting>>) -> Option<Arc<Waiting>> {
    FRAME.with_borrow_mut(|frame| mem::replace(&mut frame.as_mut()?.waiting, waiting))
}
