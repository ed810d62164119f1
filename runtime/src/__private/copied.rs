//! Borrowed arguments that are cells: a body that writes to one would write to the copy that the call made.

use std::{
    cell::{Cell, OnceCell, RefCell},
    fmt,
    marker::PhantomData,
    ops::Deref,
    sync::OnceLock,
};

/// What a call copies. The method of every type is found behind those of cells.
pub struct Copied<T: ?Sized>(NoCell, PhantomData<fn(&T)>);

/// What is not known to be a cell.
#[derive(Debug)]
pub struct NoCell;

/// Has no implementation: it words an error.
#[diagnostic::on_unimplemented(
    message = "what the body writes would be lost with its copy of this",
    label = "the call copies this cell",
    note = "share it: `Arc<Mutex<{T}>>`"
)]
pub trait Kept<T: ?Sized> {}

/// Has no implementation: it words an error.
#[diagnostic::on_unimplemented(
    message = "what the body writes would be lost with its copy of this",
    label = "the call copies this cell",
    note = "share it: `Arc<OnceLock<{T}>>`"
)]
pub trait KeptOnce<T> {}

impl<T: ?Sized> Copied<Cell<T>> {
    /// Cannot be called.
    pub fn by_the_call(&self)
    where
        Cell<T>: Kept<T>,
    {
    }
}

impl<T: ?Sized> Copied<RefCell<T>> {
    /// Cannot be called.
    pub fn by_the_call(&self)
    where
        RefCell<T>: Kept<T>,
    {
    }
}

impl<T> Copied<OnceCell<T>> {
    /// Cannot be called.
    pub fn by_the_call(&self)
    where
        OnceCell<T>: KeptOnce<T>,
    {
    }
}

impl<T> Copied<OnceLock<T>> {
    /// Cannot be called.
    pub fn by_the_call(&self)
    where
        OnceLock<T>: KeptOnce<T>,
    {
    }
}

impl NoCell {
    /// Does nothing.
    #[expect(clippy::unused_self, reason = "it is found as a method or not at all")]
    pub fn by_the_call(&self) {}
}

impl<T: ?Sized> Deref for Copied<T> {
    type Target = NoCell;

    fn deref(&self) -> &NoCell {
        &self.0
    }
}

impl<T: ?Sized> fmt::Debug for Copied<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
