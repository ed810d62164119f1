//! A value on cache lines of its own.

use std::ops::Deref;

/// A value on its own cache lines, to avoid false sharing.
#[derive(Default)]
#[repr(align(128))]
pub(crate) struct CachePadded<T>(pub(crate) T);

impl<T> Deref for CachePadded<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}
