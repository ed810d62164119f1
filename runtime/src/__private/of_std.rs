//! Traits and a type of std that the attribute knows by their names: an argument that has another one of that name is refused here.
//!
//! What is made of an argument is `Self`, because it is no type parameter, for which the compiler would propose a bound. There are two
//! implementations of each trait, and `How` tells which: where none applies, the compiler does not know it, and proposes no bound of it.

use std::borrow::Cow;

use crate::__private::lend::{NotAtAll, Nothing};

/// What is that of std.
#[derive(Debug)]
pub struct OfStd;

/// `V: AsRef<Self>`
#[diagnostic::on_unimplemented(
    message = "`{V}` does not have the `AsRef` of std, which the attribute takes this for",
    label = "has another `AsRef`",
    note = "write the path of a trait of your own: `self::AsRef<..>`"
)]
pub trait ReferredBy<V, How> {
    /// `as_ref`
    fn referred(value: &V) -> &Self;
}

#[diagnostic::do_not_recommend]
impl<T: ?Sized, V: AsRef<T>> ReferredBy<V, OfStd> for T {
    fn referred(value: &V) -> &T {
        value.as_ref()
    }
}

#[diagnostic::do_not_recommend]
impl<T: ?Sized, V: Nothing> ReferredBy<V, NotAtAll> for T {
    fn referred(_: &V) -> &T {
        V::never()
    }
}

/// `V: Into<Self>`
#[diagnostic::on_unimplemented(
    message = "`{V}` does not have the `Into` of std, which the attribute takes this for",
    label = "has another `Into`",
    note = "write the path of a trait of your own: `self::Into<..>`"
)]
pub trait MadeOf<V, How> {
    /// `into`
    fn made(value: V) -> Self;
}

#[diagnostic::do_not_recommend]
impl<T, V: Into<T>> MadeOf<V, OfStd> for T {
    fn made(value: V) -> T {
        value.into()
    }
}

#[diagnostic::do_not_recommend]
impl<T, V: Nothing> MadeOf<V, NotAtAll> for T {
    fn made(_: V) -> T {
        V::never()
    }
}

/// `V: ToString`
#[diagnostic::on_unimplemented(
    message = "`{V}` does not have the `ToString` of std, which the attribute takes this for",
    label = "has another `ToString`",
    note = "write the path of a trait of your own: `self::ToString`"
)]
pub trait TextOf<V, How> {
    /// `to_string`
    fn text(value: V) -> Self;
}

#[diagnostic::do_not_recommend]
impl<V: ToString> TextOf<V, OfStd> for String {
    fn text(value: V) -> Self {
        value.to_string()
    }
}

#[diagnostic::do_not_recommend]
impl<V: Nothing> TextOf<V, NotAtAll> for String {
    fn text(_: V) -> Self {
        V::never()
    }
}

/// `Cow<'_, T>`
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the `Cow` of std, which the attribute takes this for",
    label = "is another `Cow`",
    note = "write the path of a type of your own: `self::Cow<..>`"
)]
pub trait CopyOnWrite<T: ?Sized + ToOwned, How> {
    /// `into_owned`
    fn owned(self) -> T::Owned;
}

#[diagnostic::do_not_recommend]
impl<T: ?Sized + ToOwned> CopyOnWrite<T, OfStd> for Cow<'_, T> {
    fn owned(self) -> T::Owned {
        self.into_owned()
    }
}

#[diagnostic::do_not_recommend]
impl<T: ?Sized + ToOwned, C: Nothing> CopyOnWrite<T, NotAtAll> for C {
    fn owned(self) -> T::Owned {
        C::never()
    }
}
