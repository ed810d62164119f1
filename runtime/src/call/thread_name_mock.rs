//! Replaces `thread_name` when the feature `thread-names` is off, or the system has no such names.

use super::site::Site;

/// In place of the name that a thread had before.
pub(crate) struct Named;

pub(crate) fn enter(_: impl FnOnce() -> &'static Site) -> Named {
    Named
}
