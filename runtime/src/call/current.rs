//! The knowledge of a thread about the body that runs on it, and about the pool that it belongs to.

use std::{cell::RefCell, mem, sync::Arc};

use super::{
    blocked::{Blocked, RunningCall, ThreadHome},
    cancel::{Reason, Stoppable},
    frame::Frame,
    own_calls::OwnCalls,
    own_place::OwnPlace,
    parked::OldestAndNewest,
    signal::Signal,
    thread_name,
    traits::{Run, Submitted},
};

thread_local! {
    static FRAME: RefCell<Option<Frame>> = const { RefCell::new(None) };
    static HOME: RefCell<Option<Home>> = const { RefCell::new(None) };
}

/// What this thread belongs to while it runs a body.
struct Home {
    threads: Arc<dyn ThreadHome>,
    /// How many of these are around this one, as calls run on top of bodies that wait for them.
    depth: usize,
}

/// Runs `f`, which must not unwind, as `body`.
pub(crate) fn enter<T>(body: Arc<dyn RunningCall>, f: impl FnOnce() -> T) -> T {
    let _named = thread_name::enter(|| body.site());
    let mut frame = Frame::of(body, scope());
    // A thread that is ending has no thread-locals: the body runs there all the same, but cannot ask for anything.
    let outer = FRAME.try_with(|here| {
        let mut here = here.borrow_mut();
        // A body on top of another one, by an executor that runs jobs where they are submitted, has the same place.
        let around = here.as_mut().filter(|outer| outer.scope == frame.scope);
        frame.place = around.map(Frame::place);
        here.replace(frame)
    });
    let result = f();
    let Ok(outer) = outer else { return result };
    // In the frame: an action that never runs may ask and wait for something as it is dropped, like a result that nobody wants.
    if let Some(body) = body_with_requests().filter(|body| body.stopped().is_none()) {
        body.disarm();
    }
    // Such a `Drop` may have made a request. And an action that runs is no body, wherever it does: not the one around either.
    if let Some(frame) = FRAME.take().filter(|frame| frame.more.is_some()) {
        frame.body.disarm();
    }
    FRAME.set(outer);
    result
}

/// Runs `f`, which must not unwind, as if no body were on this thread: cancel actions are none, and may run where one is.
pub(crate) fn as_no_body(f: impl FnOnce()) {
    let outer = FRAME.try_with(RefCell::take);
    f();
    if let Ok(outer) = outer {
        FRAME.set(outer);
    }
}

/// Runs `f`, which must not unwind, on a thread of `home`.
pub(crate) fn on_thread_of(threads: Arc<dyn ThreadHome>, f: impl FnOnce()) {
    let depth = scope() + 1;
    let outer = HOME.try_with(|here| here.replace(Some(Home { threads, depth })));
    f();
    if let Ok(outer) = outer {
        drop(HOME.replace(outer));
    }
}

/// A number for what runs on this thread: greater inside a call that runs on top of a body which waits for it.
pub(crate) fn scope() -> usize {
    let depth = |home: &RefCell<Option<Home>>| home.borrow().as_ref().map(|home| home.depth);
    HOME.try_with(depth).ok().flatten().unwrap_or(0)
}

/// The `block_on` that the body on this thread is in. It is the caller of the calls that are submitted now.
pub(crate) fn blocked() -> Option<Arc<Blocked>> {
    // `try_with`: a call may be made while the thread ends.
    let blocked = |frame: &RefCell<Option<Frame>>| frame.borrow().as_ref()?.blocked.clone();
    FRAME.try_with(blocked).ok().flatten()
}

/// The body on this thread, which is about to ask for something. When the body ends, its requests are cleaned up.
pub(crate) fn body_for_request() -> Option<Arc<dyn Stoppable>> {
    let body = |frame: &RefCell<Option<Frame>>| {
        let mut frame = frame.borrow_mut();
        let frame = frame.as_mut()?;
        frame.more();
        Some(frame.stoppable())
    };
    FRAME.try_with(body).ok().flatten()
}

/// The body on this thread, if it has asked for something.
fn body_with_requests() -> Option<Arc<dyn Stoppable>> {
    FRAME.with_borrow(|frame| {
        let frame = frame.as_ref().filter(|frame| frame.more.is_some())?;
        Some(frame.stoppable())
    })
}

/// `call` was polled on this thread and has not ended. The queue of one that was started before learns who waits for it. A body that is
/// not inside our `block_on` may be waiting for it in another one, such as that of `futures`.
pub(crate) fn polled(call: impl FnOnce() -> Arc<dyn Run>) {
    if let Some(inside) = blocked() {
        if inside.has_awaited_started() {
            call().tell_queue();
        }
        return;
    }
    let outside = FRAME.try_with(|frame| {
        let mut frame = frame.borrow_mut();
        let frame = frame.as_mut().filter(|frame| frame.blocked.is_none())?;
        Some(Arc::clone(&frame.more().outside))
    });
    let (Ok(Some(outside)), Some(home)) = (outside, home()) else {
        return;
    };
    outside.add(call());
    home.polls_outside(&(outside as _));
}

/// Whether the body on this thread is inside a `block_on` that will end because the body was asked to stop.
pub(crate) fn is_waiting_in_vain() -> bool {
    let asked =
        |body: Arc<dyn RunningCall>| !matches!(body.stopped(), None | Some(Reason::Abandoned));
    // A shutdown refuses calls a moment before it tells the bodies that listen.
    blocked().is_some() && (a_heard_signal_is_raised() || current().is_some_and(asked))
}

fn a_heard_signal_is_raised() -> bool {
    FRAME.with_borrow(|frame| {
        let more = frame.as_ref().and_then(|frame| frame.more.as_ref());
        more.is_some_and(|more| more.heard.iter().any(|signal| signal.is_raised()))
    })
}

/// Whether `signal` is that of this thread's pool.
pub(crate) fn is_thread_of(signal: &Arc<Signal>) -> bool {
    home().is_some_and(|home| Arc::ptr_eq(home.signal(), signal))
}

/// The name of the pool that this thread belongs to.
pub(crate) fn pool_name() -> Option<&'static str> {
    home().map(|home| home.name())
}

/// The group of threads that this thread belongs to.
pub(crate) fn home() -> Option<Arc<dyn ThreadHome>> {
    let threads =
        |home: &RefCell<Option<Home>>| home.borrow().as_ref().map(|home| Arc::clone(&home.threads));
    HOME.try_with(threads).ok().flatten()
}

/// Whether a body runs on this thread.
pub(crate) fn is_body() -> bool {
    FRAME
        .try_with(|frame| frame.borrow().is_some())
        .unwrap_or(false)
}

/// Remembers a call for `threads` that the body on this thread may have to run itself if it waits for it.
pub(crate) fn remember_call(submitted: Submitted, threads: &Arc<Signal>) {
    FRAME.with_borrow_mut(|frame| {
        let Some(frame) = frame else { return };
        frame.more().submitted.add(submitted, threads);
    });
}

/// The place of the body on this thread, which is there.
pub(crate) fn own_place() -> Arc<OwnPlace> {
    let place = FRAME.with_borrow_mut(|frame| frame.as_mut().map(Frame::place));
    place.unwrap_or_else(OwnPlace::here)
}

/// The body on this thread.
pub(crate) fn current() -> Option<Arc<dyn RunningCall>> {
    let body =
        |frame: &RefCell<Option<Frame>>| frame.borrow().as_ref().map(|f| Arc::clone(&f.body));
    FRAME.try_with(body).ok().flatten()
}

/// Asks the body on this thread something, without the count of its owners: loops ask often. `f` runs no code of a user.
pub(crate) fn ask<T>(f: impl FnOnce(&dyn RunningCall) -> T) -> Option<T> {
    let asked =
        |frame: &RefCell<Option<Frame>>| frame.borrow().as_ref().map(|frame| f(&*frame.body));
    FRAME.try_with(asked).ok().flatten()
}

pub(crate) fn home_is_closing() -> bool {
    let closing = |home: &RefCell<Option<Home>>| {
        let home = home.borrow();
        home.as_ref()
            .is_some_and(|home| home.threads.signal().is_raised())
    };
    HOME.try_with(closing).unwrap_or(false)
}

/// Makes the body on this thread listen to `signal`, once.
pub(crate) fn subscribe(signal: &Arc<Signal>) {
    let body = FRAME.with_borrow_mut(|frame| {
        let frame = frame.as_mut()?;
        let heard = &mut frame.more().heard;
        let known = heard.iter().any(|known| Arc::ptr_eq(known, signal));
        if known {
            return None;
        }
        heard.push(Arc::clone(signal));
        Some(frame.stoppable())
    });
    if let Some(body) = body {
        signal.listen(&body);
    }
}

/// Runs `f` as if the body on this thread were not inside `block_on`: it does not wait for what `f` submits.
pub(crate) fn not_waiting(f: impl FnOnce()) {
    struct Again(Option<Arc<Blocked>>);
    impl Drop for Again {
        fn drop(&mut self) {
            set_blocked_here(self.0.take());
        }
    }
    let _again = blocked().map(|_| Again(set_blocked_here(None)));
    f();
}

/// Which calls of this body, that it awaits in this `block_on`, no thread has taken yet.
pub(crate) fn own_calls(waits: &Blocked) -> Option<OldestAndNewest> {
    let newest = waits.awaited();
    if newest == 0 {
        return None;
    }
    let oldest = of_own_calls(|calls| calls.oldest(waits.address())).flatten()?;
    Some((oldest, newest))
}

/// Runs one of these here, if there is a place for it: the oldest for which there is one. A body never runs a call on its thread that it
/// does not wait for now: it may have locked what that call wants. `overdue`: whether a thread that is on its way should have come.
pub(crate) fn run_own_call(waits: &Blocked, overdue: bool) -> bool {
    let calls = of_own_calls(|calls| calls.first_of_each(waits.address()));
    let mut calls = calls.into_iter().flatten();
    calls.any(|call| waits.run_own(&(Arc::new(call) as _), overdue))
}

fn of_own_calls<T>(f: impl FnOnce(&mut OwnCalls) -> T) -> Option<T> {
    FRAME.with_borrow_mut(|frame| {
        let more = frame.as_mut()?.more.as_mut()?;
        Some(f(&mut more.submitted))
    })
}

pub(crate) fn set_blocked_here(blocked: Option<Arc<Blocked>>) -> Option<Arc<Blocked>> {
    FRAME.with_borrow_mut(|frame| {
        let frame = frame.as_mut()?;
        if let Some(more) = &frame.more {
            more.outside.set_inside(blocked.is_some());
        }
        mem::replace(&mut frame.blocked, blocked)
    })
}
