//! What a thread knows about the body that runs on it. `home` is what it knows about its pool.

use std::{
    cell::{Cell, RefCell},
    mem,
    sync::Arc,
};

use super::{
    block_on::{
        blocked::{Blocked, RunningCall},
        own_slot::OwnSlot,
        parked::OldestAndNewest,
    },
    cancel::{Reason, Stoppable},
    frame::Frame,
    own_calls::OwnCalls,
    signal::Signal,
    thread_name,
    traits::{Run, Submitted},
};

pub(crate) use super::home::{home, home_is_closing, is_thread_of, on_thread_of, pool_name, scope};

thread_local! {
    static FRAME: RefCell<Option<Frame>> = const { RefCell::new(None) };
    /// Whether `FRAME` is `Some`. Each call checks this, and most threads have no body: reading a flag is cheaper.
    static IS_BODY: Cell<bool> = const { Cell::new(false) };
}

/// Runs `f`, which must not unwind, as `body`, and returns the body, so that the caller needs no second reference count. `slot` is the
/// slot that the body has already, if it was on this thread before; it is returned too.
pub(crate) fn enter<T>(
    body: Arc<dyn RunningCall>,
    slot: Option<Arc<OwnSlot>>,
    f: impl FnOnce() -> T,
) -> (T, Arc<dyn RunningCall>, Option<Arc<OwnSlot>>) {
    let _named = thread_name::enter(|| body.site());
    let mut frame = Some(Frame::of(body, scope(), slot));
    // On a thread whose locals are destroyed the body runs too, but cannot register anything.
    let outer = FRAME.try_with(|here| {
        let mut here = here.borrow_mut();
        if let Some(frame) = &mut frame {
            // A body that an executor runs where it was submitted, on top of another body, shares the slot of that body.
            let around = here.as_mut().filter(|outer| outer.scope == frame.scope);
            frame.slot = around.map(Frame::slot).or_else(|| frame.slot.take());
        }
        IS_BODY.set(true);
        mem::replace(&mut *here, frame.take())
    });
    let result = f();
    let over = outer.map_or(frame, leave).expect("the body was put there");
    let (body, slot) = over.end();
    (result, body, slot)
}

/// The body on this thread has ended. The outer body continues.
fn leave(outer: Option<Frame>) -> Option<Frame> {
    if FRAME.with_borrow(|here| here.as_ref().is_some_and(|frame| frame.more.is_some())) {
        return leave_with_requests(outer);
    }
    IS_BODY.set(outer.is_some());
    FRAME.replace(outer)
}

/// Like `leave`, for a body that has registered something.
fn leave_with_requests(outer: Option<Frame>) -> Option<Frame> {
    // While the frame is still set: dropping an action that never ran may call `block_on`, like dropping an unwanted result.
    if let Some(body) = body_with_requests().filter(|body| body.stopped().is_none()) {
        body.disarm();
    }
    // Such a `Drop` may have registered another action. An action is not part of any body, so it runs without a frame.
    IS_BODY.set(false);
    let over = FRAME.take();
    if let Some(frame) = &over {
        frame.body.disarm();
    }
    IS_BODY.set(outer.is_some());
    FRAME.set(outer);
    over
}

/// Runs `f`, which must not unwind, as if no body ran on this thread. Used for cancel actions, which are not part of a body.
pub(crate) fn as_no_body(f: impl FnOnce()) {
    if !is_body() {
        return f();
    }
    // `try_with`: a body may call `exit`, and destructors of other thread-locals run after this one.
    let outer = FRAME.try_with(RefCell::take);
    IS_BODY.set(false);
    f();
    if let Ok(outer) = outer {
        FRAME.set(outer);
        IS_BODY.set(true);
    }
}

/// The `block_on` that the body on this thread is in. Calls that are submitted now are awaited there.
pub(crate) fn blocked() -> Option<Arc<Blocked>> {
    if !is_body() {
        return None;
    }
    // `try_with`: a call may be made while the thread's locals are destroyed.
    let blocked = |frame: &RefCell<Option<Frame>>| frame.borrow().as_ref()?.blocked.clone();
    FRAME.try_with(blocked).ok().flatten()
}

/// The body on this thread, which is about to register something. It is unregistered when the body ends.
pub(crate) fn body_for_request() -> Option<Arc<dyn Stoppable>> {
    let body = |frame: &RefCell<Option<Frame>>| {
        let mut frame = frame.borrow_mut();
        let frame = frame.as_mut()?;
        frame.more();
        Some(frame.stoppable())
    };
    FRAME.try_with(body).ok().flatten()
}

/// The body on this thread, if it has registered something.
fn body_with_requests() -> Option<Arc<dyn Stoppable>> {
    FRAME.with_borrow(|frame| {
        let frame = frame.as_ref().filter(|frame| frame.more.is_some())?;
        Some(frame.stoppable())
    })
}

/// `call` was polled on this thread and has not ended. If it was submitted earlier, its queue is told which body waits for it. A body
/// that is not inside our `block_on` may be waiting for the call in another one, such as that of `futures`.
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

/// Whether the body on this thread runs on a thread of `signal`, or one there waits for it in our `block_on`, directly or through others.
pub(crate) fn holds_up(signal: &Arc<Signal>) -> bool {
    let Some(body) = current() else { return false };
    let caller = body.caller();
    is_thread_of(signal) || caller.is_some_and(|caller| caller.find(signal).is_some())
}

/// Whether the body on this thread is inside a `block_on` that will end because the body was asked to stop.
pub(crate) fn will_block_on_end() -> bool {
    let asked =
        |body: Arc<dyn RunningCall>| !matches!(body.stopped(), None | Some(Reason::Abandoned));
    // A shutdown refuses queued calls shortly before it notifies the subscribed bodies.
    blocked().is_some() && (is_subscribed_signal_raised() || current().is_some_and(asked))
}

fn is_subscribed_signal_raised() -> bool {
    FRAME.with_borrow(|frame| {
        let more = frame.as_ref().and_then(|frame| frame.more.as_ref());
        more.is_some_and(|more| more.subscribed.iter().any(|signal| signal.is_raised()))
    })
}

/// Whether a body runs on this thread.
pub(crate) fn is_body() -> bool {
    IS_BODY.get()
}

/// Remembers a call for `threads` that the body on this thread may have to run itself if it waits for it.
pub(crate) fn remember_call(submitted: Submitted, threads: &Arc<Signal>) {
    // `try_with`: a call may be made while the thread's locals are destroyed.
    let _ = FRAME.try_with(|frame| {
        if let Some(frame) = &mut *frame.borrow_mut() {
            frame.more().submitted.add(submitted, threads);
        }
    });
}

/// The slot of the body on this thread. There must be one.
pub(crate) fn own_slot() -> Arc<OwnSlot> {
    let slot = FRAME.with_borrow_mut(|frame| frame.as_mut().map(Frame::slot));
    slot.unwrap_or_else(OwnSlot::here)
}

/// The body on this thread.
pub(crate) fn current() -> Option<Arc<dyn RunningCall>> {
    let body =
        |frame: &RefCell<Option<Frame>>| frame.borrow().as_ref().map(|f| Arc::clone(&f.body));
    FRAME.try_with(body).ok().flatten()
}

/// Calls `f` with the body on this thread, without touching its reference count, since bodies ask in loops. `f` runs no user code.
pub(crate) fn ask<T>(f: impl FnOnce(&dyn RunningCall) -> T) -> Option<T> {
    let asked =
        |frame: &RefCell<Option<Frame>>| frame.borrow().as_ref().map(|frame| f(&*frame.body));
    FRAME.try_with(asked).ok().flatten()
}

/// Subscribes the body on this thread to `signal`, once.
pub(crate) fn subscribe(signal: &Arc<Signal>) {
    let body = FRAME.with_borrow_mut(|frame| {
        let frame = frame.as_mut()?;
        let subscribed = &mut frame.more().subscribed;
        let known = subscribed.iter().any(|known| Arc::ptr_eq(known, signal));
        if known {
            return None;
        }
        subscribed.push(Arc::clone(signal));
        Some(frame.stoppable())
    });
    if let Some(body) = body {
        signal.listen(&body);
    }
}

/// Runs `f` as if the body on this thread were not inside `block_on`: it does not await what `f` submits.
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

/// The queued calls that this body made and awaits in this `block_on`.
pub(crate) fn own_calls(waits: &Blocked) -> Option<OldestAndNewest> {
    let newest = waits.awaited();
    if newest == 0 {
        return None;
    }
    let oldest = of_own_calls(|calls| calls.oldest(waits.address())).flatten()?;
    Some((oldest, newest))
}

/// Runs the oldest of these calls for which a slot is free. A body never runs a call on its thread that it does not await now: it may
/// hold a lock that the call needs. `overdue`: whether a thread that was requested should have arrived by now.
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
