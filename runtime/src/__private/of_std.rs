//! Traits and a type of std that the attribute knows by their names: an argument that has another one of that name is refused here.
//!
//! What is made of an argument is `Self`, because it is no type parameter, for which the compiler would propose a bound.

use std::borrow::Cow;

/// `V: AsRef<Self>`
#[diagnostic::on_unimplemented(
    message = "`{V}` does not have the `AsRef` of std, which the attribute takes this for",
    label = "has another `AsRef`",
    note = "write the path of a trait of your own: `self::AsRef<..>`"
)]
pub trait ReferredBy<V> {
    /// `as_ref`
    fn referred(value: &V) -> &Self;
}

#[diagnostic::do_not_recommend]
impl<T: ?Sized, V: AsRef<T>> ReferredBy<V> for T {
    fn referred(value: &V) -> &T {
        value.as_ref()
    }
}

/// `V: Into<Self>`
#[diagnostic::on_unimplemented(
    message = "`{V}` does not have the `Into` of std, which the attribute takes this for",
    label = "has another `Into`",
    note = "write the path of a trait of your own: `self::Into<..>`"
)]
pub trait MadeOf<V> {
    /// `into`
    fn made(value: V) -> Self;
}

#[diagnostic::do_not_recommend]
impl<T, V: Into<T>> MadeOf<V> for T {
    fn made(value: V) -> T {
        value.into()
    }
}

/// `V: ToString`
#[diagnostic::on_unimplemented(
    message = "`{V}` does not have the `ToString` of std, which the attribute takes this for",
    label = "has another `ToString`",
    note = "write the path of a trait of your own: `self::ToString`"
)]
pub trait TextOf<V> {
    /// `to_string`
    fn text(value: V) -> Self;
}

#[diagnostic::do_not_recommend]
impl<V: ToString> TextOf<V> for String {
    fn text(value: V) -> Self {
        value.to_string()
    }
}

/// `Cow<'_, T>`
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the `Cow` of std, which the attribute takes this for",
    label = "is another `Cow`",
    note = "write the path of a type of your own: `self::Cow<..>`"
)]
pub trait CopyOnWrite<T: ?Sized + ToOwned> {
    /// `into_owned`
    fn owned(self) -> T::Owned;
}

#[diagnostic::do_not_recommend]
impl<T: ?Sized + ToOwned> CopyOnWrite<T> for Cow<'_, T> {
    fn owned(self) -> T::Owned {
        self.into_owned()
    }
}
