//! The caller's span and subscriber, which travel to the body, and the span of the call itself.

use std::time::Instant;

use tracing::{
    Dispatch, Id, Span,
    dispatcher::{get_default, has_been_set, with_default},
    field::Empty,
    subscriber::NoSubscriber,
};

use super::console;
use crate::call::{current, outcome::Ending, site::Site};

/// Where a call comes from, as `tracing` sees it.
pub(crate) struct Trace {
    pub(super) subscriber: Dispatch,
    /// The span that the body runs in: that of the call if it is enabled, otherwise that of the caller.
    pub(super) span: Span,
    /// The task in tokio-console.
    pub(super) task: Span,
    pub(super) listens: Option<Watched>,
}

/// A call whose own span is enabled.
pub(super) struct Watched {
    started: Instant,
    begun: Option<Instant>,
}

impl Trace {
    /// Whether this process has, or had, a subscriber.
    pub(crate) fn is_any() -> bool {
        has_been_set()
    }

    /// The current span, if there is one.
    pub(crate) fn made_here() -> Option<Self> {
        let span = Span::current();
        (!span.is_none()).then(|| Self {
            subscriber: get_default(Clone::clone),
            span,
            task: Span::none(),
            listens: None,
        })
    }

    /// The trace of a call of the function at `site` that is started here. If there is no span here, it is that of the place
    /// where the call was `made`.
    pub(crate) fn of(site: &'static Site, made: Option<&Self>) -> Option<Self> {
        match (Self::made_here(), made) {
            (Some(here), _) => Some(here.call(site)),
            (None, Some(made)) => Some(with_default(&made.subscriber, || made.copy().call(site))),
            (None, None) => Self::without_span(site),
        }
    }

    fn copy(&self) -> Self {
        Self {
            subscriber: self.subscriber.clone(),
            span: self.span.clone(),
            task: Span::none(),
            listens: None,
        }
    }

    /// The trace of a call whose caller has no span, but may have a subscriber.
    fn without_span(site: &'static Site) -> Option<Self> {
        let subscriber = get_default(Clone::clone);
        let listens = !subscriber.is::<NoSubscriber>();
        let caller = Self {
            subscriber,
            span: Span::none(),
            task: Span::none(),
            listens: None,
        };
        listens.then(|| caller.call(site))
    }

    /// The trace of one call of that caller, whose subscriber must be the current one. The span of the call is a child of
    /// the caller's. Its level is DEBUG, so it is usually off and costs one comparison.
    fn call(mut self, site: &'static Site) -> Self {
        let span = tracing::debug_span!(
            target: "tokio_offload",
            parent: &self.span,
            "call",
            function = site.path(),
            pool = Empty,
            wait_us = Empty,
            run_us = Empty,
            outcome = Empty,
        );
        self.task = console::task(site);
        if !span.is_disabled() {
            self.span = span;
            self.listens = Some(Watched {
                started: Instant::now(),
                begun: None,
            });
        }
        self
    }

    /// Runs `body` in the span.
    pub(crate) fn enter(&mut self, body: &mut dyn FnMut()) {
        if let Some(call) = &mut self.listens {
            call.begin(&self.span);
        }
        let mut body = || self.span.in_scope(&mut *body);
        with_default(&self.subscriber, || self.task.in_scope(&mut body));
    }

    /// Closes the span of the call.
    pub(crate) fn finish(self, ending: Ending) {
        if let Some(call) = &self.listens {
            call.end(&self.span, ending);
        }
    }

    /// Runs a call outside of the spans that are entered on this thread, and without the subscriber of this thread.
    pub(crate) fn apart(run: &mut dyn FnMut()) {
        let subscriber = get_default(Clone::clone);
        if subscriber.is::<NoSubscriber>() {
            return run();
        }
        let _outside = Outside::of(subscriber);
        with_default(&Dispatch::none(), run);
    }
}

impl Drop for Trace {
    /// Drops the span while its subscriber is the current one: the registry of `tracing-subscriber` needs that to close the
    /// parent spans.
    fn drop(&mut self) {
        if self.span.is_none() && self.task.is_none() {
            return;
        }
        with_default(&self.subscriber, || {
            for span in [&mut self.span, &mut self.task] {
                *span = Span::none();
            }
        });
    }
}

impl Watched {
    fn begin(&mut self, span: &Span) {
        let now = Instant::now();
        self.begun = Some(now);
        span.record("wait_us", micros(self.started, now));
        if let Some(pool) = current::pool_name() {
            span.record("pool", pool);
        }
    }

    fn end(&self, span: &Span, ending: Ending) {
        if let Some(begun) = self.begun {
            span.record("run_us", micros(begun, Instant::now()));
        }
        let outcome = match ending {
            Ending::Done => "done",
            Ending::Panicked => "panicked",
            Ending::Failed => "failed",
            Ending::Killed | Ending::Cancelled => "cancelled",
            Ending::Refused => "refused",
        };
        span.record("outcome", outcome);
    }
}

fn micros(from: Instant, to: Instant) -> u64 {
    let time = to.saturating_duration_since(from);
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

/// The spans that were entered on this thread. They are entered again when this is dropped.
struct Outside {
    subscriber: Dispatch,
    spans: Vec<Id>,
}

/// A limit, deeper than programs nest spans, so that a subscriber which loses track of exited spans cannot make this loop
/// run forever. A choice.
const DEEPEST: usize = 1000;

impl Outside {
    fn of(subscriber: Dispatch) -> Self {
        let mut spans = Vec::new();
        while spans.len() < DEEPEST {
            let current = subscriber.current_span();
            let Some(span) = current.id() else { break };
            subscriber.exit(span);
            spans.push(span.clone());
        }
        Self { subscriber, spans }
    }
}

impl Drop for Outside {
    fn drop(&mut self) {
        for span in self.spans.iter().rev() {
            self.subscriber.enter(span);
        }
    }
}
