//! What travels with a call to its body: the caller's span and subscriber, and values registered with `carry`.
//!
//! `carry` holds the registered values, `trace` the span of the caller and the span of the call, `console` the task that
//! tokio-console shows, `wrapped` a call together with all of this. Outside of this folder, the feature `tracing` is used only in
//! `warning` and in `snapshot/warn_after.rs`.
//!
//! May import `call`, `error`, `sync` and `unwind`.
//!
//! - The context is taken where a call starts. What is not set there is taken where the call was made.
//! - If a user's `Carry` misbehaves (it panics, or does not call the body), its value is lost, but never the call.
//! - In a program that registered nothing, a call only checks two flags.

pub(crate) mod carry;
#[cfg(feature = "tracing")]
mod console;
#[cfg(feature = "tracing")]
mod trace;
#[cfg(not(feature = "tracing"))]
mod trace_mock;
pub(crate) mod wrapped;

pub(crate) use trace::Trace;
#[cfg(not(feature = "tracing"))]
use trace_mock as trace;

use std::iter;

use crate::{
    call::{current, outcome::Ending, site::Site},
    context::carry::{DynValue, Values},
    unwind::{catch, drop_quietly, swallow_panic},
};

/// The context that one call takes along.
pub(crate) struct Captured {
    trace: Option<Trace>,
    carried: Values,
}

impl Captured {
    /// The current context of this thread, for a call that is made here.
    #[inline]
    pub(crate) fn made_here() -> Option<Self> {
        if is_any() { Self::capture() } else { None }
    }

    fn capture() -> Option<Self> {
        let carried = carry::capture();
        let trace = Trace::made_here();
        Self::new(trace, carried)
    }

    /// The context of a call of the function at `site` that is started on this thread. What is not set here is taken from the place where
    /// the call was `made`.
    #[inline]
    pub(crate) fn of(site: impl Fn() -> &'static Site, made: Option<&Self>) -> Option<Self> {
        // If something was captured when the call was made, there is something to carry.
        if !is_any() {
            return None;
        }
        Self::gather(site(), made)
    }

    fn gather(site: &'static Site, made: Option<&Self>) -> Option<Self> {
        let mut carried = carry::capture();
        if let Some(made) = made {
            for (here, there) in carried.slots_mut().iter_mut().zip(made.carried.slots()) {
                if here.is_none() {
                    *here = there.as_ref().and_then(|value| catch(|| value.copy()));
                }
            }
        }
        // A value whose code panics here is left out: the call must still be submitted.
        let made = made.and_then(|made| made.trace.as_ref());
        let trace = catch(|| Trace::of(site, made)).flatten();
        Self::new(trace, carried)
    }

    /// `None` if there is nothing to take along.
    pub(crate) fn new(trace: Option<Trace>, carried: Values) -> Option<Self> {
        let empty = trace.is_none() && carried.slots().iter().all(Option::is_none);
        (!empty).then_some(Self { trace, carried })
    }

    /// Runs a body in this context. When it returns, the context is gone, except for the part that records the end of the
    /// call.
    pub(crate) fn enter(&mut self, body: &mut dyn FnMut()) {
        let trace = self.trace.as_mut().map(Part::Trace);
        let values = iter::from_fn(|| self.carried.take_last());
        within(trace.into_iter().chain(values.map(Part::Value)), body);
    }

    /// Records the end of the call, before its caller learns of it.
    pub(crate) fn finish(&mut self, ending: Ending) {
        if let Some(mut trace) = self.trace.take() {
            // Each on its own: a subscriber may panic in both, and of two panics at once the second ends the program.
            swallow_panic(|| trace.end(ending));
            drop_quietly(trace);
        }
        self.carried.drop_quietly();
    }
}

impl Drop for Captured {
    /// What panics as it is dropped costs neither the call nor who drops it, wherever that is.
    fn drop(&mut self) {
        drop_quietly(self.trace.take());
        self.carried.drop_quietly();
    }
}

/// One part of a context.
enum Part<'a> {
    /// The span and the subscriber of a call.
    Trace(&'a mut Trace),
    /// A carried value.
    Value(Box<dyn DynValue>),
    /// No span and no subscriber.
    NoTrace,
    /// The place of a value of that sort, empty.
    NoValue(Box<dyn DynValue>),
}

impl Part<'_> {
    /// Sets this part up around the rest.
    fn enter(self, go_on: &mut dyn FnMut()) {
        match self {
            Self::Trace(trace) => trace.enter(go_on),
            Self::Value(value) => value.scope(go_on),
            Self::NoTrace => Trace::apart(go_on),
            Self::NoValue(value) => value.without(go_on),
        }
    }
}

/// Runs `body` once, inside all of `parts`; the first part is the outermost. A part that panics or does not run the rest is
/// left out. `body` must not unwind.
fn within<'a>(mut parts: impl Iterator<Item = Part<'a>>, body: &mut dyn FnMut()) {
    let Some(part) = parts.next() else {
        return body();
    };
    let mut rest = Some(parts);
    let mut go_on = || {
        if let Some(rest) = rest.take() {
            within(rest, body);
        }
    };
    swallow_panic(|| part.enter(&mut go_on));
    go_on();
}

/// Runs a call without the context of the body on this thread, if there is one: a waiting body lends its thread, not its
/// context.
pub(crate) fn apart(run: impl FnOnce()) {
    if !current::is_body() {
        return run();
    }
    let mut here = carry::capture();
    let values = iter::from_fn(|| here.take_last());
    let parts = iter::once(Part::NoTrace).chain(values.map(Part::NoValue));
    let mut run = Some(run);
    within(parts, &mut || {
        if let Some(run) = run.take() {
            run();
        }
    });
}

/// Whether calls of this process may have a context to take along. In a program without any, nothing else is checked.
pub(crate) fn is_any() -> bool {
    carry::is_any() || Trace::is_any()
}
