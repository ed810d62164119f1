//! Without the feature `tracing` nobody listens.

use std::fmt;

pub(super) fn tell_listener(_: &'static str, _: &dyn fmt::Display) -> bool {
    false
}
