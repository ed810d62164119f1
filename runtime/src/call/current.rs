//! The knowledge of a thread about the body that runs on it; `home` has that about the pool that it belongs to.

use std::{
    cell::{Cell, RefCell},
    mem,
    sync::Arc,
};

use super::{
    blocked::{Blocked, RunningCall},
    cancel::{Reason, Stoppable},
    frame::Frame,
    own_calls::OwnCalls,
    own_place::OwnPlace,
    parked::OldestAndNewest,
    signal::Signal,
    thread_name,
    traits::{Run, Submitted},
};

pub(crate) use super::home::{home, home_is_closing, is_thread_of, on_thread_of, pool_name, scope};

thread_local! {
    static FRAME: RefCell<Option<Frame>> = const { RefCell::new(None) };
    /// Whether there is one. Threads without a body ask this for each call, and it takes one look.
    static IS_BODY: Cell<bool> = const { Cell::new(false) };
}

/// Runs `f`, which must not unwind, as `body`, and gives the body back, so that nobody need hold it twice. The same with the `place` of a
/// body that was here before and goes on.
pub(crate) fn enter<T>(
    body: Arc<dyn RunningCall>,
    place: Option<Arc<OwnPlace>>,
    f: impl FnOnce() -> T,
) -> (T, Arc<dyn RunningCall>, Option<Arc<OwnPlace>>) {
    let _named = thread_name::enter(|| body.site());
    let mut frame = Some(Frame::of(body, scope(), place));
    // A thread that is ending has no thread-locals: the body runs there all the same, but cannot ask for anything.
    let outer = FRAME.try_with(|here| {
        let mut here = here.borrow_mut();
        if let Some(frame) = &mut frame {
            // A body on top of another one, by an executor that runs jobs where they are submitted, has the same place.
            let around = here.as_mut().filter(|outer| outer.scope == frame.scope);
            frame.place = around.map(Frame::place).or_else(|| frame.place.take());
        }
        IS_BODY.set(true);
        mem::replace(&mut *here, frame.take())
    });
    let result = f();
    let over = outer.map_or(frame, leave).expect("the body was put there");
    let (body, place) = over.end();
    (result, body, place)
}

/// The body on this thread has ended, and the one around it goes on.
fn leave(outer: Option<Frame>) -> Option<Frame> {
    if FRAME.with_borrow(|here| here.as_ref().is_some_and(|frame| frame.more.is_some())) {
        return leave_with_requests(outer);
    }
    IS_BODY.set(outer.is_some());
    FRAME.replace(outer)
}

/// The same where the body has asked for something.
fn leave_with_requests(outer: Option<Frame>) -> Option<Frame> {
    // In the frame: an action that never runs may ask and wait for something as it is dropped, like a result that nobody wants.
    if let Some(body) = body_with_requests().filter(|body| body.stopped().is_none()) {
        body.disarm();
    }
    // Such a `Drop` may have made a request. And an action that runs is no body, wherever it does: not the one around either.
    IS_BODY.set(false);
    let over = FRAME.take();
    if let Some(frame) = &over {
        frame.body.disarm();
    }
    IS_BODY.set(outer.is_some());
    FRAME.set(outer);
    over
}

/// Runs `f`, which must not unwind, as if no body were on this thread: cancel actions are none, and may run where one is.
pub(crate) fn as_no_body(f: impl FnOnce()) {
    if !is_body() {
        return f();
    }
    // `try_with`: a body may end the program, and what the thread keeps for others goes after this.
    let outer = FRAME.try_with(RefCell::take);
    IS_BODY.set(false);
    f();
    if let Ok(outer) = outer {
        FRAME.set(outer);
        IS_BODY.set(true);
    }
}

/// The `block_on` that the body on this thread is in. It is the caller of the calls that are submitted now.
pub(crate) fn blocked() -> Option<Arc<Blocked>> {
    if !is_body() {
        return None;
    }
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
    if is_body() {
        polled_in_body(call);
    }
}

fn polled_in_body(call: impl FnOnce() -> Arc<dyn Run>) {
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

/// Whether a body runs on this thread.
pub(crate) fn is_body() -> bool {
    IS_BODY.get()
}

/// Remembers a call for `threads` that the body on this thread may have to run itself if it waits for it.
pub(crate) fn remember_call(submitted: Submitted, threads: &Arc<Signal>) {
    // `try_with`: a call may be made while the thread ends.
    let _ = FRAME.try_with(|frame| {
        if let Some(frame) = &mut *frame.borrow_mut() {
            frame.more().submitted.add(submitted, threads);
        }
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
