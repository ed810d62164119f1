//! The caller's span and subscriber, which travel to the body, and the span of the call itself.

use std::{mem, time::Instant};

use tracing::{
    Dispatch, Id, Span,
    dispatcher::{get_default, has_been_set, with_default},
    field::Empty,
    subscriber::NoSubscriber,
};

use super::console;
use crate::{
    call::{current, outcome::Ending, site::Site},
    unwind::drop_quietly,
};

/// Where a call comes from, as `tracing` sees it.
pub(crate) struct Trace {
    pub(super) origin: Origin,
    /// What few programs look at, in a place of its own: most calls have no room for it.
    pub(super) seen: Option<Box<Seen>>,
}

/// What the body runs in.
#[derive(Clone)]
pub(super) enum Origin {
    /// The span of the call if it is enabled, otherwise that of the caller. Its subscriber is in it.
    Span(Span),
    /// The subscriber of a caller without a span.
    Subscriber(Dispatch),
}

/// What is to be seen of the call itself.
pub(super) struct Seen {
    /// The task in tokio-console.
    pub(super) task: Span,
    /// If the call has an enabled span of its own.
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
        (!span.is_none()).then(|| Self::from(Origin::Span(span)))
    }

    /// The trace of a call of the function at `site` that is started here. If there is no span here, it is that of the place
    /// where the call was `made`.
    pub(crate) fn of(site: &'static Site, made: Option<&Self>) -> Option<Self> {
        match (Self::made_here(), made.map(|made| &made.origin)) {
            (Some(here), _) => Some(here.call(site)),
            (None, Some(origin)) => {
                let call = || Self::from(origin.clone()).call(site);
                Some(with_default(&origin.subscriber(), call))
            }
            (None, None) => Self::without_span(site),
        }
    }

    /// The trace of a call whose caller has no span, but may have a subscriber.
    fn without_span(site: &'static Site) -> Option<Self> {
        let subscriber = get_default(Clone::clone);
        let listens = !subscriber.is::<NoSubscriber>();
        listens.then(|| Self::from(Origin::Subscriber(subscriber)).call(site))
    }

    /// The trace of one call of that caller, whose subscriber must be the current one. The span of the call is a child of
    /// the caller's. Its level is DEBUG, so it is usually off and costs one comparison.
    fn call(mut self, site: &'static Site) -> Self {
        let span = tracing::debug_span!(
            target: "tokio_offload",
            parent: self.origin.id(),
            "call",
            function = site.path(),
            pool = Empty,
            wait_us = Empty,
            run_us = Empty,
            outcome = Empty,
        );
        let task = console::task(site);
        let enabled = !span.is_disabled();
        if enabled || !task.is_none() {
            let listens = enabled.then(Watched::new);
            self.seen = Some(Box::new(Seen { task, listens }));
        }
        if enabled {
            self.origin = Origin::Span(span);
        }
        self
    }

    /// Runs `body` in the span. The span of a caller is given back when the body ends, while its subscriber is the current one.
    pub(crate) fn enter(&mut self, body: &mut dyn FnMut()) {
        if let Some((call, span)) = self.watched() {
            call.begin(span);
        }
        with_default(&self.origin.subscriber(), || {
            if let Some(seen) = &self.seen {
                return seen.task.in_scope(|| self.origin.in_scope(body));
            }
            self.origin.in_scope(body);
            self.origin = Origin::none();
        });
    }

    /// Records how the call ended.
    pub(crate) fn end(&mut self, ending: Ending) {
        if let Some((call, span)) = self.watched() {
            call.end(span, ending);
        }
    }

    /// If somebody listens to the call: when it began, and its span.
    fn watched(&mut self) -> Option<(&mut Watched, &Span)> {
        let call = self.seen.as_mut()?.listens.as_mut()?;
        match &self.origin {
            Origin::Span(span) => Some((call, span)),
            Origin::Subscriber(_) => None,
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

impl From<Origin> for Trace {
    fn from(origin: Origin) -> Self {
        Self { origin, seen: None }
    }
}

impl Origin {
    /// What is left of a span that was given back.
    const fn none() -> Self {
        Self::Span(Span::none())
    }

    fn id(&self) -> Option<Id> {
        match self {
            Self::Span(span) => span.id(),
            Self::Subscriber(_) => None,
        }
    }

    fn subscriber(&self) -> Dispatch {
        match self {
            Self::Span(span) => span.with_subscriber(|(_, subscriber)| subscriber.clone()),
            Self::Subscriber(subscriber) => Some(subscriber.clone()),
        }
        .unwrap_or_else(Dispatch::none)
    }

    fn in_scope(&self, body: &mut dyn FnMut()) {
        match self {
            Self::Span(span) => span.in_scope(body),
            Self::Subscriber(_) => body(),
        }
    }
}

impl Drop for Trace {
    /// Drops the spans while their subscriber is the current one: the registry of `tracing-subscriber` needs that to close
    /// the parent spans.
    fn drop(&mut self) {
        if self.origin.id().is_none() && self.seen.is_none() {
            return;
        }
        with_default(&self.origin.subscriber(), || {
            drop_quietly(mem::replace(&mut self.origin, Origin::none()));
            drop_quietly(self.seen.take());
        });
    }
}

impl Watched {
    fn new() -> Self {
        Self {
            started: Instant::now(),
            begun: None,
        }
    }

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
        let spans = Vec::new();
        // A subscriber may panic: what was exited before is entered again then, too.
        let mut outside = Self { subscriber, spans };
        while outside.spans.len() < DEEPEST {
            let current = outside.subscriber.current_span();
            let Some(span) = current.id() else { break };
            outside.subscriber.exit(span);
            outside.spans.push(span.clone());
        }
        outside
    }
}

impl Drop for Outside {
    fn drop(&mut self) {
        for span in self.spans.iter().rev() {
            self.subscriber.enter(span);
        }
    }
}
