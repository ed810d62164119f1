//! Functions of the package, as debug information names them.

use super::line::Line;

/// A function that stands in a file of the package.
#[derive(Clone, Debug)]
pub(crate) struct Own {
    /// `load`, `{async_fn#0}`.
    pub(crate) name: String,
    pub(crate) line: Line,
}

impl Own {
    /// How the names of bodies of async code begin.
    pub(crate) const ASYNC: &str = "{async_";

    /// Whether this is what an `async fn` or `async` block becomes.
    pub(crate) fn is_async(&self) -> bool {
        self.name.starts_with(Self::ASYNC)
    }
}
