//! `Answer`: what a closure returns that is no future, which the closure would only have made.

use std::future::Future;

/// A value, not a future. Every type is one in one way and a future in two, so `Kind` can be found for all but futures. Where
/// the type is not known, as in a generic function, there is one way only, and nothing is asked.
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
