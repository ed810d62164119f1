//! The surroundings of the tasks of a measurement: nothing, the scope of a task-local, or a span.

use std::{
    pin::Pin,
    sync::{Arc, OnceLock},
};

use tokio::task::JoinHandle;
use tokio_offload::carry;

/// Something that calls copy from the tasks that make them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inside {
    /// The scope of a task-local that is carried.
    TaskLocal,
    /// A span, under a subscriber that does not listen to the spans of the calls themselves.
    Span,
    /// A span, under a subscriber that does.
    CallSpan,
}

impl Inside {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::TaskLocal => "task-local",
            Self::Span => "span",
            Self::CallSpan => "call-span",
        }
    }

    /// What has that name, if this build has it.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        let all = [Self::TaskLocal, Self::Span, Self::CallSpan];
        let known = |what: &Self| *what == Self::TaskLocal || cfg!(feature = "tracing");
        all.into_iter()
            .filter(known)
            .find(|what| what.name() == name)
    }
}

/// Makes all later tasks of this process run inside that. Only the first call counts.
pub fn run_tasks_inside(what: Inside) {
    if INSIDE.set(what).is_ok() {
        match what {
            Inside::TaskLocal => carry(&REQUEST),
            Inside::Span => span::listen(false),
            Inside::CallSpan => span::listen(true),
        }
    }
}

/// Spawns a task inside the surroundings that were set, if any.
pub(crate) fn spawn<T: Send + 'static>(
    task: impl Future<Output = T> + Send + 'static,
) -> JoinHandle<T> {
    match INSIDE.get() {
        None => tokio::spawn(task),
        // In a box, so that the compiler sees each task once only and not once for each of these.
        Some(Inside::TaskLocal) => tokio::spawn(REQUEST.scope(request(), boxed(task))),
        Some(Inside::Span | Inside::CallSpan) => span::spawn(boxed(task)),
    }
}

pub(crate) type Boxed<T> = Pin<Box<dyn Future<Output = T> + Send>>;

pub(crate) fn boxed<T>(task: impl Future<Output = T> + Send + 'static) -> Boxed<T> {
    Box::pin(task)
}

static INSIDE: OnceLock<Inside> = OnceLock::new();

tokio::task_local! {
    /// The name of a request, as services have it.
    static REQUEST: Arc<str>;
}

/// The one of the task that spawns.
fn request() -> Arc<str> {
    REQUEST
        .try_with(Arc::clone)
        .unwrap_or_else(|_| Arc::from("request-7"))
}

#[cfg(feature = "tracing")]
mod span {
    use tokio::task::JoinHandle;
    use tracing::{Instrument, Span, info_span, level_filters::LevelFilter};
    use tracing_subscriber::{layer::SubscriberExt, registry};

    use super::Boxed;

    /// Installs a subscriber that keeps spans and writes nothing.
    pub(super) fn listen(to_calls: bool) {
        let level = if to_calls {
            LevelFilter::DEBUG
        } else {
            LevelFilter::INFO
        };
        tracing::subscriber::set_global_default(registry().with(level))
            .expect("nobody else installs one");
    }

    /// In the span of the task that spawns, or a new one.
    pub(super) fn spawn<T: Send + 'static>(task: Boxed<T>) -> JoinHandle<T> {
        let here = Span::current();
        let span = if here.is_none() {
            info_span!("request", number = 7)
        } else {
            here
        };
        tokio::spawn(task.instrument(span))
    }
}

#[cfg(not(feature = "tracing"))]
mod span {
    use tokio::task::JoinHandle;

    use super::Boxed;

    pub(super) fn listen(_: bool) {
        unreachable!("this build knows no spans");
    }

    pub(super) fn spawn<T: Send + 'static>(task: Boxed<T>) -> JoinHandle<T> {
        tokio::spawn(task)
    }
}
