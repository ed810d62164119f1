//! What a cell has of the types of its call: the body with its arguments, later the result.
//!
//! Only this file, and the one line of each operation in `cell`, is compiled for every annotated function. All other code uses the
//! contents as `dyn AnyContents` and moves them from place to place with `swap`.

use std::{any::Any, mem};

use crate::error::Error;

/// The contents of a cell.
pub(crate) enum Contents<F, R> {
    /// The body has not begun.
    Body(F),
    /// What it returned.
    Value(R),
    Empty,
}

/// The next step of a future.
pub(crate) enum Next<O> {
    Submit(O),
    Pending,
    /// The result is in the contents.
    Ready,
    Failed(Box<Error>),
}

impl<F, R> Contents<F, R> {
    pub(crate) const fn take(&mut self) -> Self {
        mem::replace(self, Self::Empty)
    }
}

/// The contents of a cell of some type.
pub(crate) trait AnyContents: Send {
    fn as_any(&mut self) -> &mut dyn Any;
    /// Exchanges the contents with `other`, which is of the same type.
    fn swap(&mut self, other: &mut dyn Any);
    /// Runs the body, which may panic, and keeps what it returns. Nothing happens if there is none.
    fn run(&mut self);
    /// Drops the contents, which may panic.
    fn clear(&mut self);
    /// Whether the `Drop` of a value runs any code.
    fn value_needs_drop(&self) -> bool;
}

impl<F, R> AnyContents for Contents<F, R>
where
    F: FnOnce() -> R + Send + 'static,
    R: Send + 'static,
{
    fn as_any(&mut self) -> &mut dyn Any {
        self
    }

    fn swap(&mut self, other: &mut dyn Any) {
        let other = other.downcast_mut::<Self>();
        debug_assert!(other.is_some(), "contents of another type");
        if let Some(other) = other {
            mem::swap(self, other);
        }
    }

    fn run(&mut self) {
        if let Self::Body(body) = self.take() {
            *self = Self::Value(body());
        }
    }

    fn clear(&mut self) {
        *self = Self::Empty;
    }

    fn value_needs_drop(&self) -> bool {
        mem::needs_drop::<R>()
    }
}
