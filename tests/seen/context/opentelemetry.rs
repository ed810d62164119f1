//! Somebody else's context, carried by a door of a few lines: that of OpenTelemetry.

use offload_seen::everywhere;
use opentelemetry::Context;
use tokio_offload::{Carry, block_on, run};

use crate::{
    doors::register,
    support::{drive, in_time},
};

/// The door that the docs show, which also keeps a lent thread apart.
pub(crate) struct Current;

impl Carry for Current {
    type Value = Context;

    fn capture(&self) -> Option<Context> {
        Some(Context::current())
    }

    fn scope<R>(&self, context: Context, body: impl FnOnce() -> R) -> R {
        let _attached = context.attach();
        body()
    }
}

#[derive(Debug, PartialEq)]
struct User(u32);

/// The user of the context on this thread.
pub(crate) fn user() -> Option<u32> {
    Context::current().get::<User>().map(|user| user.0)
}

pub(crate) fn as_user<R>(user: u32, f: impl FnOnce() -> R) -> R {
    let _attached = Context::current_with_value(User(user)).attach();
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
