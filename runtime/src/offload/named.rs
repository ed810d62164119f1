//! `named`: the value of `pool = EXPR` that is lent. What can be had from a short loan, a handle or a pool in a field, is a place too.

use std::{fmt, ops::Deref, sync::Arc};

use tokio::runtime::Handle;

use super::place::{On, Place};

/// A lent value. A method of its own for this very type comes before the general one, which [`Lasting`] has: what trait
/// implementations that overlap cannot say.
pub struct Named<T>(Lasting<T>);

/// A lent value that is a place only if the loan lasts.
pub struct Lasting<T>(T);

/// Names what is lent.
pub const fn named<T: Copy>(lent: T) -> Named<T> {
    Named(Lasting(lent))
}

impl<T: Copy> Named<T> {
    /// What is lent.
    pub(crate) const fn lent(&self) -> T {
        self.0.0
    }
}

impl<T> Deref for Named<T> {
    type Target = Lasting<T>;

    fn deref(&self) -> &Lasting<T> {
        &self.0
    }
}

impl<T: Copy> Lasting<T> {
    /// The place that a `static` names, or an `Arc`.
    pub fn on(&self) -> On
    where
        T: Place,
    {
        self.0.place()
    }
}

impl Named<&Handle> {
    /// The blocking threads of that runtime.
    pub fn on(&self) -> On {
        On::Shared(Arc::new(self.lent().clone()))
    }
}

impl Named<&&Handle> {
    /// The blocking threads of that runtime.
    pub fn on(&self) -> On {
        named(*self.lent()).on()
    }
}

impl<T> fmt::Debug for Named<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Named").finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for Lasting<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lasting").finish_non_exhaustive()
    }
}
