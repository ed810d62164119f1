//! A subscriber that keeps what it hears.

use std::{
    collections::BTreeMap,
    fmt::Debug,
    sync::{Arc, Condvar, Mutex},
    thread::{self, ThreadId},
    time::Duration,
};

use tracing::{
    Dispatch, Event, Level, Subscriber,
    field::{Field, Visit},
    level_filters::LevelFilter,
    span::{Attributes, Id, Record},
};
use tracing_subscriber::{
    Layer, Registry,
    layer::{Context, SubscriberExt as _},
    registry::LookupSpan,
};

/// What one subscriber has heard.
#[derive(Clone, Debug, Default)]
pub struct Log(Arc<(Mutex<Vec<Heard>>, Condvar)>);

/// One thing that was heard.
#[derive(Clone, Debug)]
pub struct Heard {
    /// What happened.
    pub kind: Kind,
    /// The name of the span, or the message of the event.
    pub name: String,
    /// The names of the spans around it from the outermost on, itself included if it is one, with `/` between them.
    pub path: String,
    /// Of a closed span all that was ever recorded.
    pub fields: BTreeMap<&'static str, String>,
    /// The target.
    pub target: &'static str,
    /// The level.
    pub level: Level,
    /// Where it happened.
    pub thread: ThreadId,
}

/// What can be heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A span was made.
    New,
    /// A span was entered.
    Enter,
    /// A span was left.
    Exit,
    /// A span is gone.
    Close,
    /// An event.
    Event,
}

impl Log {
    /// An empty log, and a subscriber that fills it with what is no finer than `level`.
    pub fn new(level: Level) -> (Self, Dispatch) {
        let log = Self::default();
        let subscriber = Registry::default().with(LevelFilter::from_level(level));
        let subscriber = Dispatch::new(subscriber.with(Listener(log.clone())));
        (log, subscriber)
    }

    /// All that was heard so far.
    pub fn heard(&self) -> Vec<Heard> {
        self.0.0.lock().unwrap().clone()
    }

    /// The events so far: message and path of each.
    pub fn events(&self) -> Vec<(String, String)> {
        let events = self.heard().into_iter();
        let events = events.filter(|heard| heard.kind == Kind::Event);
        events.map(|event| (event.name, event.path)).collect()
    }

    /// What was heard of the spans called `name`, in order.
    pub fn span(&self, name: &str) -> Vec<Kind> {
        let heard = self.heard().into_iter();
        let span = heard.filter(|heard| heard.kind != Kind::Event && heard.name == name);
        span.map(|heard| heard.kind).collect()
    }

    /// The spans called `name` that are gone, with all that was recorded.
    pub fn closed(&self, name: &str) -> Vec<Heard> {
        let mut heard = self.heard();
        heard.retain(|heard| heard.kind == Kind::Close && heard.name == name);
        heard
    }

    /// Waits for `count` events with `message`, for three minutes at most, and gives what there is.
    pub fn await_events(&self, message: &str, count: usize) -> Vec<Heard> {
        self.await_events_that(|event| event.name == message, count)
    }

    /// The same with the events that `is` chooses.
    pub fn await_events_that(&self, is: impl Fn(&Heard) -> bool, count: usize) -> Vec<Heard> {
        let (heard, news) = &*self.0;
        let found = |heard: &[Heard]| -> Vec<Heard> {
            let events = heard.iter().filter(|heard| heard.kind == Kind::Event);
            events.filter(|event| is(event)).cloned().collect()
        };
        let limit = Duration::from_secs(180);
        let heard = heard.lock().unwrap();
        let waited = news.wait_timeout_while(heard, limit, |heard| found(heard).len() < count);
        found(&waited.unwrap().0)
    }

    fn push(&self, heard: Heard) {
        self.0.0.lock().unwrap().push(heard);
        self.0.1.notify_all();
    }
}

struct Listener(Log);

/// What was recorded of a span.
#[derive(Clone, Default)]
struct Fields(BTreeMap<&'static str, String>);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.to_owned());
    }
}

impl Listener {
    fn hear<S: Subscriber + for<'a> LookupSpan<'a>>(
        &self,
        kind: Kind,
        id: &Id,
        context: &Context<'_, S>,
    ) {
        let span = context.span(id).unwrap();
        let names = span.scope().from_root().map(|span| span.name());
        let heard = Heard {
            kind,
            name: span.name().to_owned(),
            path: names.collect::<Vec<_>>().join("/"),
            fields: span
                .extensions()
                .get::<Fields>()
                .cloned()
                .unwrap_or_default()
                .0,
            target: span.metadata().target(),
            level: *span.metadata().level(),
            thread: thread::current().id(),
        };
        self.0.push(heard);
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Listener {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        context.span(id).unwrap().extensions_mut().insert(fields);
        self.hear(Kind::New, id, &context);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let span = context.span(id).unwrap();
        let mut extensions = span.extensions_mut();
        values.record(extensions.get_mut::<Fields>().unwrap());
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let spans = context.event_scope(event).into_iter();
        let names = spans.flat_map(|scope| scope.from_root().map(|span| span.name()));
        let heard = Heard {
            kind: Kind::Event,
            name: fields.0.remove("message").unwrap_or_default(),
            path: names.collect::<Vec<_>>().join("/"),
            fields: fields.0,
            target: event.metadata().target(),
            level: *event.metadata().level(),
            thread: thread::current().id(),
        };
        self.0.push(heard);
    }

    fn on_enter(&self, id: &Id, context: Context<'_, S>) {
        self.hear(Kind::Enter, id, &context);
    }

    fn on_exit(&self, id: &Id, context: Context<'_, S>) {
        self.hear(Kind::Exit, id, &context);
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        self.hear(Kind::Close, &id, &context);
    }
}
