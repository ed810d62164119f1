//! `named`: the value of `pool = EXPR` that is lent. What can be had from a short loan, a handle or a pool in a field, is a place too.

use std::{fmt, ops::Deref, sync::Arc};

use tokio::runtime::Handle;

use super::place::{On, Place};

/// A lent value. A method of its own for this very type comes before the general one, which [`StaticPlace`] has: what trait
/// implementations that overlap cannot say.
pub struct LentPlace<T>(StaticPlace<T>);

/// A lent value that is a place only if the loan lasts.
pub struct StaticPlace<T>(T);

/// Names what is lent.
pub const fn named<T: Copy>(lent: T) -> LentPlace<T> {
    LentPlace(StaticPlace(lent))
}

impl<T: Copy> LentPlace<T> {
    /// What is lent.
    pub(crate) const fn lent(&self) -> T {
        self.0.0
    }
}

impl<T> Deref for LentPlace<T> {
    type Target = StaticPlace<T>;

    fn deref(&self) -> &StaticPlace<T> {
        &self.0
    }
}

impl<T: Copy> StaticPlace<T> {
    /// The place that a `static` names, or an `Arc`.
    pub fn on(&self) -> On
    where
        T: Place,
    {
        self.0.place()
    }
}

impl LentPlace<&Handle> {
    /// The blocking threads of that runtime.
    pub fn on(&self) -> On {
        On::Shared(Arc::new(self.lent().clone()))
    }
}

impl LentPlace<&&Handle> {
    /// The blocking threads of that runtime.
    pub fn on(&self) -> On {
        named(*self.lent()).on()
    }
}

impl<T> fmt::Debug for LentPlace<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LentPlace").finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for StaticPlace<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StaticPlace").finish_non_exhaustive()
    }
}
