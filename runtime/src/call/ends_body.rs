//! How a thread tells a call that its body has ended.

use std::any::Any;

use super::{
    contents::AnyContents,
    meter::{Begun, Times},
    outcome::Ending,
};

/// A call whose body runs.
pub(crate) trait EndsBody {
    /// The body has returned or panicked.
    fn end(&self, body: EndedBody<'_>);
}

/// A body that has ended.
pub(crate) struct EndedBody<'a> {
    pub(crate) begun: Begun,
    /// What it returned, among contents of the type of its call.
    pub(crate) value: &'a mut dyn AnyContents,
    /// The payload of its panic.
    pub(crate) panic: Option<Box<dyn Any + Send>>,
    /// Runs something as a part of the body, once.
    pub(crate) as_body: &'a mut dyn FnMut(&mut dyn FnMut()),
    /// Counts its end.
    pub(crate) settle: &'a mut dyn FnMut(Ending, Times),
}
