//! `Answer`: what a closure may return: not a future, which the closure would create and never run.

use std::future::Future;

/// A value, not a future. Every type implements it for one `Kind`, a future for two: so the compiler can infer `Kind` for all types but
/// futures. In a generic function it knows one implementation only, and accepts the type.
///
/// The compiler shows the two implementations and the bound where somebody returns a future, and says nothing else of ours.
pub trait Answer<Kind> {}

impl<R> Answer<Anything> for R {}
impl<F: Future> Answer<NotYetRun> for F {}

/// The kind of every type.
#[derive(Debug)]
pub struct Anything;

/// The second kind of a future.
#[derive(Debug)]
pub struct NotYetRun;
