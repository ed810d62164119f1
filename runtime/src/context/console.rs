//! Shows offloaded calls as tasks in tokio-console, in programs that are built for it.

use tracing::Span;

use crate::call::site::Site;

/// Whether a console could be attached: tokio-console needs programs that are built like this.
const ON: bool = cfg!(tokio_unstable);

/// A task in the console for a call of the function at `site` that starts now. The task is idle until its span is entered,
/// busy while it is entered, and completed when the span closes. `None` where no console can be attached.
pub(super) fn task(site: &'static Site) -> Span {
    if ON { span(site) } else { Span::none() }
}

/// Name, target and fields are those that tokio gives its own tasks: the console recognises tasks by them.
fn span(site: &'static Site) -> Span {
    tracing::trace_span!(
        target: "tokio::task",
        parent: None,
        "runtime.spawn",
        kind = "offload",
        task.name = site.path(),
        loc.file = site.file(),
        loc.line = site.line(),
        // Without a column the console shows no location.
        loc.col = 1_u32,
    )
}

#[cfg(test)]
mod tests {
    //! That the console would know the span, by what a subscriber hears of it. In programs that are not built for the console.

    use std::{
        fmt::Debug,
        sync::{Arc, Mutex},
    };

    use tracing::{
        Dispatch, Event, Metadata, Subscriber,
        dispatcher::with_default,
        field::{Field, Visit},
        span::{Attributes, Id, Record},
    };

    use super::{
        super::trace::{Origin, Seen, Trace},
        *,
    };
    use crate::call::outcome::Ending;

    #[derive(Clone, Default)]
    struct Heard(Arc<Mutex<Vec<String>>>);

    impl Heard {
        fn note(&self, what: impl Into<String>) {
            self.0.lock().unwrap().push(what.into());
        }
    }

    impl Visit for Heard {
        fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
            self.note(format!("{}={value:?}", field.name()));
        }
    }

    impl Subscriber for Heard {
        fn enabled(&self, _: &Metadata<'_>) -> bool {
            true
        }

        fn new_span(&self, span: &Attributes<'_>) -> Id {
            let about = span.metadata();
            self.note(format!(
                "{} {} {}",
                about.target(),
                about.name(),
                span.is_root()
            ));
            span.record(&mut self.clone());
            Id::from_u64(1)
        }

        fn record(&self, _: &Id, _: &Record<'_>) {}

        fn record_follows_from(&self, _: &Id, _: &Id) {}

        fn event(&self, _: &Event<'_>) {}

        fn enter(&self, _: &Id) {
            self.note("busy");
        }

        fn exit(&self, _: &Id) {
            self.note("idle");
        }

        fn try_close(&self, _: Id) -> bool {
            self.note("completed");
            true
        }
    }

    #[test]
    fn a_call_is_a_task() {
        static SITE: Site = Site::new("checksum", "app", "src/app.rs", 7);
        let heard = Heard::default();
        let subscriber = Dispatch::new(heard.clone());
        let task = with_default(&subscriber, || span(&SITE));
        let seen = Seen {
            task,
            listens: None,
        };
        let mut trace = Trace {
            origin: Origin::Subscriber(subscriber),
            seen: Some(Box::new(seen)),
        };
        heard.note("waits");
        trace.enter(&mut || heard.note("runs"));
        trace.end(Ending::Done);
        drop(trace);
        let expected = [
            "tokio::task runtime.spawn true",
            "kind=\"offload\"",
            "task.name=\"app::checksum\"",
            "loc.file=\"src/app.rs\"",
            "loc.line=7",
            "loc.col=1",
            "waits",
            "busy",
            "runs",
            "idle",
            "completed",
        ];
        assert_eq!(*heard.0.lock().unwrap(), expected);
    }

    #[test]
    fn elsewhere_there_is_no_task() {
        static SITE: Site = Site::new("checksum", "app", "src/app.rs", 7);
        let subscriber = Dispatch::new(Heard::default());
        let made = with_default(&subscriber, || task(&SITE));
        assert_eq!(made.is_none(), !cfg!(tokio_unstable));
    }
}
