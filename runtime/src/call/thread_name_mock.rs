//! Stands in for `thread_name` where the feature `thread-names` is off, or the system has no such names.

use super::site::Site;

/// Would be the name a thread had before.
pub(crate) struct Named;

pub(crate) fn enter(_: impl FnOnce() -> &'static Site) -> Named {
    Named
}
