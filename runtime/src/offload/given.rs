//! `given`: the value of `pool = EXPR` that a call makes. A reference in it may be a short loan, as of a field: `self.runtime.handle()`.

use std::{cell::Cell, fmt, ops::Deref};

use tokio::runtime::Handle;

use super::{
    named::named,
    place::{On, Place},
};

/// A value that is given away. Its method `on` is that of what it derefs to, if the value has none of its own here.
pub struct GivenPlace<T>(AnyPlace<T>);

/// Any value that is a place, or is refused.
pub struct AnyPlace<T>(Cell<Option<T>>);

/// Takes what is given.
pub const fn given<T>(value: T) -> GivenPlace<T> {
    GivenPlace(AnyPlace(Cell::new(Some(value))))
}

impl<T> GivenPlace<T> {
    /// What is given, once.
    pub(crate) fn taken(&self) -> T {
        self.0.taken()
    }
}

impl<T> AnyPlace<T> {
    fn taken(&self) -> T {
        self.0.take().expect("it is asked once for where it is")
    }

    /// The place that the value is.
    pub fn on(&self) -> On
    where
        T: Place,
    {
        self.taken().place()
    }
}

impl GivenPlace<&Handle> {
    /// The blocking threads of that runtime.
    pub fn on(&self) -> On {
        named(self.taken()).on()
    }
}

impl<T> Deref for GivenPlace<T> {
    type Target = AnyPlace<T>;

    fn deref(&self) -> &AnyPlace<T> {
        &self.0
    }
}

impl<T> fmt::Debug for GivenPlace<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GivenPlace").finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for AnyPlace<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AnyPlace").finish_non_exhaustive()
    }
}
