//! Futures that a body returns under a name that does not say so: boxed ones under a name of the user's, calls and tasks.

use std::future::Future;
use std::marker::PhantomData;
use std::ops::Deref;
use std::pin::Pin;

use tokio::task::JoinHandle;

use crate::offload::Offload;

/// What a body returns. The method of every type is found behind those of futures.
#[derive(Debug)]
pub struct Yielded<R>(NoFuture, PhantomData<fn() -> R>);

/// What is not known to be a future.
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

/// Has no implementation: it words an error.
#[diagnostic::on_unimplemented(
    message = "the body would only make this call, and whoever awaits it runs the function",
    label = "a call of another function",
    note = "return what it yields, and call `block_on` in the body; or hand the call out in a tuple: `({Self},)`"
)]
pub trait Called {}

impl<R> Yielded<Offload<R>> {
    /// Cannot be called.
    pub fn by_the_body(&self)
    where
        Offload<R>: Called,
    {
    }
}

/// Has no implementation: it words an error.
#[diagnostic::on_unimplemented(
    message = "the body would only start this task, and the call would be over before the task is",
    label = "a task of the runtime",
    note = "return what it yields, and call `block_on` in the body; or hand the task out in a tuple: `({Self},)`"
)]
pub trait Joined {}

impl<R> Yielded<JoinHandle<R>> {
    /// Cannot be called.
    pub fn by_the_body(&self)
    where
        JoinHandle<R>: Joined,
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
