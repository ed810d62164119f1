//! How borrowed arguments travel: a copy is made when the function is called, and lent to the body where it runs.

use crate::__private::travel::Travel;
use std::{
    borrow::{Borrow, Cow},
    fmt,
};

/// Owns a borrowed argument.
pub fn own<T: ?Sized + Lend>(value: &T) -> OwnedCopy<T> {
    OwnedCopy(value.own())
}

/// Lends an owned argument to the body.
pub fn lend<T: ?Sized + Lend>(copy: &OwnedCopy<T>) -> &T {
    T::lend(&copy.0)
}

/// Owns an optional borrowed argument.
pub fn own_opt<T: ?Sized + Lend>(value: Option<&T>) -> Option<OwnedCopy<T>> {
    value.map(own)
}

/// Lends an optional argument to the body.
pub fn lend_opt<T: ?Sized + Lend>(copy: &Option<OwnedCopy<T>>) -> Option<&T> {
    copy.as_ref().map(lend)
}

/// Owns a copy-on-write argument. A value that is owned already is moved.
pub fn own_cow<T>(value: Cow<'_, T>) -> Cow<'static, T>
where
    T: ?Sized + ToOwned + 'static,
{
    Cow::Owned(value.into_owned())
}

/// Owns the receiver behind `&self`.
pub fn own_self<T: LendSelf>(value: &T) -> T {
    value.own_self()
}

/// Owns what an `impl AsRef<T>` argument refers to.
pub fn own_as_ref<T: ?Sized + Lend>(value: impl AsRef<T>) -> AsRefCopy<T> {
    AsRefCopy(value.as_ref().own())
}

/// Passes on an `impl Into<T>` argument that was already converted to `T`. The body sees the type it asked for, not `T`
/// itself, so `x.into()` still means the same.
pub fn own_into<T: Travel>(value: T) -> impl Into<T> + Send + 'static {
    value
}

/// Makes the text of an `impl ToString` argument.
#[expect(
    clippy::needless_pass_by_value,
    reason = "the argument is given away, as its function says"
)]
pub fn text(value: impl ToString) -> String {
    value.to_string()
}

/// Passes on an `impl ToString` argument that was already converted to its text.
pub fn own_text(text: String) -> impl ToString + Send + Sync + 'static {
    text
}

/// What can be owned by a call and lent to its body.
#[diagnostic::on_unimplemented(
    message = "`&{Self}` cannot be owned by an offloaded call",
    label = "`{Self}` is not `Clone`, so the call cannot take a copy of it along",
    note = "take `Arc<{Self}>`, or take the value and return it"
)]
pub trait Lend {
    /// What the call holds.
    type Owned: 'static;

    /// Makes the copy that the call holds.
    fn own(&self) -> Self::Owned;

    /// Lends that copy.
    fn lend(owned: &Self::Owned) -> &Self;
}

impl<T: ?Sized + ToOwned> Lend for T
where
    T::Owned: 'static,
{
    type Owned = T::Owned;

    fn own(&self) -> T::Owned {
        self.to_owned()
    }

    fn lend(owned: &T::Owned) -> &T {
        owned.borrow()
    }
}

/// A receiver that can travel with a call by `&self`.
#[diagnostic::on_unimplemented(
    message = "`&self` cannot be owned by an offloaded call: `{Self}` is not `Clone + Send`",
    label = "`{Self}` cannot be copied into the call",
    note = "take `self: Arc<Self>`, derive `Clone`, or offload a function that takes the fields it needs"
)]
pub trait LendSelf: Sized {
    /// Makes the copy that the call holds.
    fn own_self(&self) -> Self;
}

impl<T: Clone + Send + 'static> LendSelf for T {
    fn own_self(&self) -> Self {
        self.clone()
    }
}

/// The owned copy of a `&T`. A named type, so that rustc shows `T` where the copy cannot travel.
pub struct OwnedCopy<T: ?Sized + Lend>(T::Owned);

/// The owned copy of an `impl AsRef<T>`, whose only `AsRef` is `AsRef<T>`, so that `x.as_ref()` stays unambiguous.
pub struct AsRefCopy<T: ?Sized + Lend>(T::Owned);

impl<T: ?Sized + Lend> AsRef<T> for AsRefCopy<T> {
    fn as_ref(&self) -> &T {
        T::lend(&self.0)
    }
}

impl<T: ?Sized + Lend> Clone for AsRefCopy<T>
where
    T::Owned: Clone,
{
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T: ?Sized + Lend + fmt::Debug> fmt::Debug for OwnedCopy<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        lend(self).fmt(f)
    }
}

impl<T: ?Sized + Lend + fmt::Debug> fmt::Debug for AsRefCopy<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_ref().fmt(f)
    }
}
