//! The context of OpenTelemetry, carried by an `impl Carry` of a few lines.

use offload_observability::everywhere;
use offload_tests::{drive, in_time};
use opentelemetry::{
    Context,
    trace::{SpanContext, SpanId, TraceContextExt as _, TraceFlags, TraceId, TraceState},
};
use tokio_offload::{block_on, run};

use super::registered::register;

#[derive(Debug, PartialEq)]
struct User(u32);

/// The user of the context on this thread.
pub(crate) fn user() -> Option<u32> {
    Context::current().get::<User>().map(|user| user.0)
}

/// In a context with a span and a value.
pub(crate) fn as_user<R>(user: u32, f: impl FnOnce() -> R) -> R {
    let (trace, id) = (TraceId::from(1_u128), SpanId::from(u64::from(user)));
    let span = SpanContext::new(trace, id, TraceFlags::SAMPLED, true, TraceState::NONE);
    let context = Context::current_with_value(User(user)).with_remote_span_context(span);
    let _attached = context.attach();
    f()
}

/// In the body, in the calls it makes, and not after it.
#[test]
fn the_context_is_current_in_the_body() {
    register();
    in_time(|| {
        for place in everywhere() {
            let _runtime = place.runtime.enter();
            let call = as_user(7, || place.run(user).start());
            assert_eq!(drive(call), Some(7), "{}", place.name);
            assert_eq!(drive(place.run(user)), None, "{}", place.name);
            if place.waits() {
                let nested = as_user(8, || place.run(|| block_on(run(user))).start());
                assert_eq!(place.runtime.block_on(nested).unwrap(), Some(8));
            }
        }
        assert_eq!(user(), None);
    });
}

/// A task has no context of its own: the call brings that in which it was made, unless it is started in another.
#[test]
fn a_call_that_is_spawned_keeps_the_context_it_was_made_in() {
    register();
    in_time(|| {
        for place in everywhere() {
            let made = as_user(7, || place.run(user));
            let other = as_user(7, || place.run(user));
            let found = place.runtime.block_on(async {
                let spawned = tokio::spawn(made).await.unwrap();
                (spawned, as_user(8, || other.start()).await)
            });
            assert_eq!(found, (Some(7), Some(8)), "{}", place.name);
        }
    });
}
