//! Boxed futures that a body returns under a name of the user's, which the attribute cannot see through.

use std::future::Future;
use std::marker::PhantomData;
use std::ops::Deref;
use std::pin::Pin;

/// What a body returns. The method of every type is found behind the one of boxed futures.
#[derive(Debug)]
pub struct Yielded<R>(NoFuture, PhantomData<fn() -> R>);

/// What is not known to be a boxed future.
#[derive(Debug)]
pub struct NoFuture;

/// Has no implementation: it words an error.
#[diagnostic::on_unimplemented(
    message = "the body would only make this future, and whoever awaits it runs what is in it",
    label = "a future under another name",
    note = "return what it yields, and call `block_on` in the body"
)]
pub trait Finished {}

impl<F: Future + ?Sized> Yielded<Pin<Box<F>>> {
    /// Cannot be called.
    pub fn by_the_body(&self)
    where
        Pin<Box<F>>: Finished,
    {
    }
}

impl NoFuture {
    /// Does nothing.
    #[expect(clippy::unused_self, reason = "it is found as a method or not at all")]
    pub fn by_the_body(&self) {}
}

impl<R> Deref for Yielded<R> {
    type Target = NoFuture;

    fn deref(&self) -> &NoFuture {
        &self.0
    }
}
