//! Functions of the package, by their names in debug information.

use super::line::Line;

/// A function in a file of the package.
#[derive(Clone, Debug)]
pub(crate) struct Own {
    /// `load`, `{async_fn#0}`.
    pub(crate) name: String,
    pub(crate) line: Line,
}

impl Own {
    /// The beginnings of the names of async bodies.
    pub(crate) const ASYNC: &str = "{async_";

    /// Whether it is the compiled body of an `async fn` or `async` block.
    pub(crate) fn is_async(&self) -> bool {
        self.name.starts_with(Self::ASYNC)
    }

    /// Whether it is a closure, or such a body.
    pub(crate) fn is_closure(&self) -> bool {
        self.name.starts_with('{')
    }
}
