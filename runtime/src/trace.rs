//! The span and subscriber of a caller, on their way to the body, and the span of the call itself.

use std::time::Instant;

use tracing::{
    Dispatch, Span,
    dispatcher::{get_default, with_default},
    field::Empty,
    span::EnteredSpan,
    subscriber::NoSubscriber,
};

use crate::{body, site::Site, stats::Ended};

/// Where a call comes from, as `tracing` sees it.
pub(crate) struct Trace {
    subscriber: Dispatch,
    /// What the body runs in: the span of the call if anybody listens to it, else the one of the caller.
    span: Span,
    started: Option<Instant>,
}

impl Trace {
    /// The current span, if there is one.
    pub(crate) fn made_here() -> Option<Self> {
        let span = Span::current();
        (!span.is_none()).then(|| Self {
            subscriber: get_default(Clone::clone),
            span,
            started: None,
        })
    }

    /// The trace of a call of the function at `site` that is started here, or was `made` elsewhere if there is no span here.
    pub(crate) fn of(site: &'static Site, made: Option<&Self>) -> Option<Self> {
        let here = Self::made_here();
        match here.as_ref().or(made) {
            Some(caller) => Some(caller.call(site)),
            None => Self::without_span(site),
        }
    }

    /// The trace of a call whose caller is in no span, but may have a subscriber.
    fn without_span(site: &'static Site) -> Option<Self> {
        let subscriber = get_default(Clone::clone);
        let listens = !subscriber.is::<NoSubscriber>();
        let caller = Self {
            subscriber,
            span: Span::none(),
            started: None,
        };
        listens.then(|| caller.call(site))
    }

    /// The span of one call, below that of the caller. At level DEBUG, so it is usually off and costs a comparison.
    fn call(&self, site: &'static Site) -> Self {
        let span = with_default(&self.subscriber, || {
            tracing::debug_span!(
                target: "tokio_offload",
                parent: &self.span,
                "call",
                function = site.path(),
                pool = Empty,
                wait_us = Empty,
                run_us = Empty,
                outcome = Empty,
            )
        });
        let listens = !span.is_disabled();
        Self {
            subscriber: self.subscriber.clone(),
            span: if listens { span } else { self.span.clone() },
            started: listens.then(Instant::now),
        }
    }

    /// Runs `body` in the span and leaves it when the call settles.
    pub(crate) fn enter(
        self,
        settle: &mut dyn FnMut(Ended),
        body: impl FnOnce(&mut dyn FnMut(Ended)),
    ) {
        let Self {
            subscriber,
            span,
            started,
        } = self;
        with_default(&subscriber, || {
            let call = started.map(|started| Running::new(&span, started));
            let mut entered = Some((span.entered(), call));
            body(&mut |ended| {
                if let Some((span, call)) = entered.take() {
                    leave(span, call.as_ref(), ended);
                }
                settle(ended);
            });
        });
    }
}

/// The span of a call whose body runs.
struct Running {
    begun: Instant,
}

impl Running {
    fn new(span: &Span, started: Instant) -> Self {
        let begun = Instant::now();
        span.record("wait_us", micros(started, begun));
        if let Some(pool) = body::host_name() {
            span.record("pool", pool);
        }
        Self { begun }
    }
}

fn leave(span: EnteredSpan, call: Option<&Running>, ended: Ended) {
    if let Some(call) = call {
        span.record("run_us", micros(call.begun, Instant::now()));
        span.record(
            "outcome",
            match ended {
                Ended::Done(_) => "done",
                Ended::Panicked(_) => "panicked",
                Ended::Skipped => "cancelled",
            },
        );
    }
    drop(span);
}

fn micros(from: Instant, to: Instant) -> u64 {
    let time = to.saturating_duration_since(from);
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}
