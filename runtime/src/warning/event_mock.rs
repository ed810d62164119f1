//! Without the feature `tracing` there is no subscriber.

use std::fmt;

pub(super) fn tell_listener(_: &'static str, _: &dyn fmt::Display) -> bool {
    false
}
