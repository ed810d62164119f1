//! How borrowed arguments travel: a copy is made when the function is called, and lent to the body where it runs.

use std::{
    borrow::{Borrow, Cow},
    fmt,
    marker::PhantomData,
};

use crate::__private::of_std::{CopyOnWrite, MadeOf, ReferredBy, TextOf};

/// Owns a borrowed argument.
pub fn own<T: ?Sized + Lend<O>, O>(value: &T) -> OwnedCopy<T, O> {
    OwnedCopy(value.own(), PhantomData)
}

/// Lends an owned argument to the body.
pub fn lend<T: ?Sized, O: Borrow<T>>(copy: &OwnedCopy<T, O>) -> &T {
    copy.0.borrow()
}

/// Owns an optional borrowed argument.
pub fn own_opt<T: ?Sized + Lend<O>, O>(value: Option<&T>) -> Option<OwnedCopy<T, O>> {
    value.map(own)
}

/// Lends an optional argument to the body.
pub fn lend_opt<T: ?Sized, O: Borrow<T>>(copy: &Option<OwnedCopy<T, O>>) -> Option<&T> {
    copy.as_ref().map(lend)
}

/// Owns a copy-on-write argument. A value that is owned already is moved.
pub fn own_cow<T>(value: impl CopyOnWrite<T>) -> Cow<'static, T>
where
    T: ?Sized + ToOwned + 'static,
{
    Cow::Owned(value.owned())
}

/// Owns the receiver behind `&self`.
pub fn own_self<T: ?Sized + LendSelf<O, How>, O, How>(value: &T) -> OwnedCopy<T, O> {
    OwnedCopy(value.own_self(), PhantomData)
}

/// Owns what an `impl AsRef<T>` argument refers to.
#[expect(
    clippy::needless_pass_by_value,
    reason = "the argument is given away, as its function says"
)]
pub fn own_as_ref<T: ?Sized + Lend<O> + ReferredBy<V>, O, V>(value: V) -> AsRefCopy<T, O> {
    AsRefCopy(T::referred(&value).own(), PhantomData)
}

/// Makes a `T` of an `impl Into<T>` argument.
pub fn into<T: MadeOf<V>, V>(value: V) -> T {
    T::made(value)
}

/// Passes on an `impl Into<T>` argument that was already converted to `T`. The body sees the type it asked for, not `T`
/// itself, so `x.into()` still means the same. Whether it can travel is asked of what is returned, once.
pub fn own_into<T: 'static>(value: T) -> impl Into<T> + 'static {
    value
}

/// Makes the text of an `impl ToString` argument.
pub fn text<V>(value: V) -> String
where
    String: TextOf<V>,
{
    String::text(value)
}

/// Passes on an `impl ToString` argument that was already converted to its text.
pub fn own_text(text: String) -> impl ToString + Send + Sync + 'static {
    text
}

/// Types that a call can own, as an `O`, and lend to its body.
///
/// `O` is a parameter: where no type fits, rustc says so once and knows no type to say more about.
#[diagnostic::on_unimplemented(
    message = "`&{Self}` cannot be owned by an offloaded call",
    label = "`{Self}` is not `Clone`, so the call cannot take a copy of it along",
    note = "take `Arc<{Self}>`, or take the value and return it"
)]
pub trait Lend<O> {
    /// Makes the copy that the call holds.
    fn own(&self) -> O;
}

impl<T: ?Sized + ToOwned<Owned = O>, O: 'static> Lend<O> for T {
    fn own(&self) -> O {
        self.to_owned()
    }
}

/// A receiver that a call can own by `&self`, as an `O`.
///
/// There are two implementations, and `How` tells which. So rustc looks first whether one applies, and where none does, it
/// knows no `O` to say more about.
#[diagnostic::on_unimplemented(
    message = "`&self` cannot be owned by an offloaded call: `{Self}` is not `Clone`",
    label = "`{Self}` cannot be copied into the call",
    note = "take `self: Arc<Self>`, derive `Clone`, which its type parameters need too, or offload a function that takes the fields it needs"
)]
pub trait LendSelf<O, How> {
    /// Makes the copy that the call holds.
    fn own_self(&self) -> O;
}

/// Receivers that are cloned.
#[derive(Debug)]
pub struct Cloned;

/// The other receivers: no type has them.
#[derive(Debug)]
pub struct NotAtAll;

/// Implemented by nothing.
pub trait Nothing {}

#[diagnostic::do_not_recommend]
impl<T: Clone + 'static> LendSelf<T, Cloned> for T {
    fn own_self(&self) -> T {
        self.clone()
    }
}

#[diagnostic::do_not_recommend]
impl<T: ?Sized + Nothing> LendSelf<(), NotAtAll> for T {
    fn own_self(&self) {}
}

/// The owned copy of a `&T`. A named type, so that rustc shows `T` where the copy cannot travel.
pub struct OwnedCopy<T: ?Sized, O>(O, PhantomData<fn(&T)>);

/// The owned copy of an `impl AsRef<T>`, whose only `AsRef` is `AsRef<T>`, so that `x.as_ref()` stays unambiguous.
pub struct AsRefCopy<T: ?Sized, O>(O, PhantomData<fn(&T)>);

impl<T: ?Sized, O: Borrow<T>> AsRefCopy<T, O> {
    /// The method of a bound needs no import, and neither does this one.
    #[expect(
        clippy::should_implement_trait,
        reason = "it does, but the trait may not be in scope"
    )]
    pub fn as_ref(&self) -> &T {
        self.0.borrow()
    }
}

impl<T: ?Sized, O: Borrow<T>> AsRef<T> for AsRefCopy<T, O> {
    fn as_ref(&self) -> &T {
        self.0.borrow()
    }
}

impl<T: ?Sized, O: Clone> Clone for AsRefCopy<T, O> {
    fn clone(&self) -> Self {
        Self(self.0.clone(), PhantomData)
    }
}

impl<T: ?Sized + fmt::Debug, O: Borrow<T>> fmt::Debug for OwnedCopy<T, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        lend(self).fmt(f)
    }
}

impl<T: ?Sized + fmt::Debug, O: Borrow<T>> fmt::Debug for AsRefCopy<T, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_ref().fmt(f)
    }
}
