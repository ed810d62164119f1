//! What travels with a call to its body: the caller's span and subscriber, and the values registered with `carry`.
//!
//! The only file, beside `lib.rs`, that knows the feature `tracing`.

use std::sync::Arc;

use crate::{
    carry::{self, Carried, Headers},
    executor::{Executor, Job, On},
    quiet::quietly,
    site::Site,
    stats::Ended,
};

/// What one call takes along.
pub(crate) struct Luggage {
    trace: Option<Trace>,
    /// One place for each door.
    carried: Vec<Option<Box<dyn Carried>>>,
}

impl Luggage {
    /// What a call of the function at `site` takes along if it is started on this thread: what is current here, or was
    /// where the call was `made`.
    pub(crate) fn of(site: &'static Site, made: Option<&Self>) -> Option<Self> {
        let mut carried = carry::capture();
        if let Some(made) = made {
            for (here, there) in carried.iter_mut().zip(&made.carried) {
                if here.is_none() {
                    *here = there.as_ref().map(|value| value.copy());
                }
            }
        }
        let trace = Trace::of(site, made.and_then(|made| made.trace.as_ref()));
        Self { trace, carried }.unless_empty()
    }

    fn unless_empty(self) -> Option<Self> {
        let empty = self.trace.is_none() && self.carried.iter().all(Option::is_none);
        (!empty).then_some(self)
    }

    /// Runs a call in this context. The context is left when the call settles, before its caller learns of the end.
    pub(crate) fn enter(
        self,
        settle: &mut dyn FnMut(Ended),
        call: impl FnOnce(&mut dyn FnMut(Ended)),
    ) {
        let carried = self.carried.into_iter().flatten().collect();
        let mut call = Some(call);
        let body = |settle: &mut dyn FnMut(Ended)| {
            let mut run = || {
                if let Some(call) = call.take() {
                    call(settle);
                }
            };
            quietly(|| scope(carried, &mut run));
            // A door that did not open: the body runs all the same.
            run();
        };
        match self.trace {
            Some(trace) => trace.enter(settle, body),
            None => body(settle),
        }
    }

    /// What of the context of this thread is text, for another process.
    #[allow(dead_code, reason = "only worker processes need it")]
    pub(crate) fn headers() -> Headers {
        let carried = carry::capture();
        let values = carried.iter().flatten();
        values.flat_map(|value| value.write()).collect()
    }

    /// What came as text from another process.
    #[allow(dead_code, reason = "only worker processes need it")]
    pub(crate) fn read(headers: &[(String, String)]) -> Option<Self> {
        let carried = carry::read(headers);
        let trace = None;
        Self { trace, carried }.unless_empty()
    }
}

/// Runs `body` inside all of `carried`.
fn scope(mut carried: Vec<Box<dyn Carried>>, body: &mut dyn FnMut()) {
    match carried.pop() {
        Some(value) => value.scope(&mut || scope(std::mem::take(&mut carried), body)),
        None => body(),
    }
}

/// Where a call made on this thread is to run, which remembers the context of this thread if there is any.
pub(crate) fn remember(on: On) -> On {
    let carried = carry::capture();
    let trace = Trace::made_here();
    match (Luggage { trace, carried }).unless_empty() {
        Some(luggage) => On::Shared(Arc::new(Made { on, luggage })),
        None => on,
    }
}

/// A place, and the context of a call that is to run there.
struct Made {
    on: On,
    luggage: Luggage,
}

impl Executor for Made {
    fn submit(&self, job: Job) {
        self.on.clone().submit(job);
    }

    fn try_submit(&self, job: Job) -> Result<(), Job> {
        self.on.try_submit(job)
    }

    fn pack(&self, job: Job) -> Job {
        job.pack(Some(&self.luggage))
    }
}

pub(crate) use trace::Trace;

#[cfg(not(feature = "tracing"))]
mod trace {
    use crate::{site::Site, stats::Ended};

    /// Would be the caller's span and subscriber.
    pub(crate) enum Trace {}

    impl Trace {
        pub(crate) const fn made_here() -> Option<Self> {
            None
        }

        pub(crate) const fn of(_: &'static Site, _: Option<&Self>) -> Option<Self> {
            None
        }

        pub(crate) fn enter(self, _: &mut dyn FnMut(Ended), _: impl FnOnce(&mut dyn FnMut(Ended))) {
            match self {}
        }
    }
}

#[cfg(feature = "tracing")]
#[path = "trace.rs"]
mod trace;
