//! `named` and `given`: the value of `pool = EXPR`, lent or made by a call. What can be had from a short loan, a handle or a pool in a
//! field, is a place too.

use std::{ops::Deref, sync::Arc};

use tokio::runtime::Handle;

use super::place::{On, Place};

/// A lent value. Its method `on` is the first that fits of several, one on each type that this one derefs to: what trait
/// implementations that overlap cannot say. This one has it for handles, the next for what is a place as it is.
#[derive(Debug)]
pub struct LentPlace<T>(StaticPlace<T>);

/// A lent value that is a place.
#[derive(Debug)]
pub struct StaticPlace<T>(BehindReference<T>);

/// A lent reference that is a place.
#[derive(Debug)]
pub struct BehindReference<T>(BehindPointer<T>);

/// A lent pointer to a place.
#[derive(Debug)]
pub struct BehindPointer<T>(NoPlace<T>);

/// Anything else that is lent, which is refused in words of its own.
#[derive(Debug)]
pub struct NoPlace<T>(T);

/// Names what is lent.
pub const fn named<T: Copy>(lent: T) -> LentPlace<T> {
    LentPlace(StaticPlace(BehindReference(BehindPointer(NoPlace(lent)))))
}

/// Asks that what has the name of a `static` is one. The compiler shows the line with the bound where it is not.
pub const fn of_static<T>(named: T) -> T
where
    T: Copy + 'static, // write `static` for `const`: each use of a `const` would be a pool of its own
{
    named
}

impl<T: Copy> LentPlace<T> {
    /// The reference that is lent.
    pub(crate) const fn lent(&self) -> T {
        self.0.0.0.0.0
    }
}

impl<T: Place + Copy> StaticPlace<T> {
    /// The place that a `static` names, or an `Arc`.
    pub fn on(&self) -> On {
        self.0.0.0.0.place()
    }
}

impl<'a, T: ?Sized> BehindReference<&&'a T>
where
    &'a T: Place,
{
    /// The place that a reference names.
    pub fn on(&self) -> On {
        (*self.0.0.0).place()
    }
}

impl<'a, T: Deref> BehindPointer<&'a T>
where
    &'a T::Target: Place,
{
    /// The place behind the pointer, such as the `Arc` in an `Rc` or a guard.
    pub fn on(&self) -> On {
        (**self.0.0).place()
    }
}

impl<T: Copy> NoPlace<T> {
    /// Nowhere: this asks for what a place is, and is refused.
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

impl<T> Deref for LentPlace<T> {
    type Target = StaticPlace<T>;

    fn deref(&self) -> &StaticPlace<T> {
        &self.0
    }
}

impl<T> Deref for StaticPlace<T> {
    type Target = BehindReference<T>;

    fn deref(&self) -> &BehindReference<T> {
        &self.0
    }
}

impl<T> Deref for BehindReference<T> {
    type Target = BehindPointer<T>;

    fn deref(&self) -> &BehindPointer<T> {
        &self.0
    }
}

impl<T> Deref for BehindPointer<T> {
    type Target = NoPlace<T>;

    fn deref(&self) -> &NoPlace<T> {
        &self.0
    }
}
