//! Warnings as events.

use std::fmt;

use tracing::Level;

/// Emits the event if a subscriber on this thread takes it, and returns whether one does.
pub(super) fn tell_listener(pool: &'static str, what: &dyn fmt::Display) -> bool {
    let heard = tracing::event_enabled!(target: "tokio_offload", Level::WARN);
    if heard {
        tracing::warn!(target: "tokio_offload", pool, "{what}");
    }
    heard
}

#[test]
fn a_listener_that_panics_does_so_for_itself() {
    use std::panic::resume_unwind;

    use tracing::{Event, Metadata, Subscriber, span, subscriber::with_default};

    struct Panics;

    impl Subscriber for Panics {
        fn enabled(&self, _: &Metadata<'_>) -> bool {
            true
        }
        fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
            span::Id::from_u64(1)
        }
        fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
        fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
        fn event(&self, _: &Event<'_>) {
            resume_unwind(Box::new("an event"));
        }
        fn enter(&self, _: &span::Id) {}
        fn exit(&self, _: &span::Id) {}
    }

    with_default(Panics, || {
        assert!(crate::unwind::catch(|| tell_listener("pool", &"what")).is_none());
        super::say("pool", &"what");
    });
}
