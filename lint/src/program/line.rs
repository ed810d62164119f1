//! Lines of the source, and functions of the package, by their names in debug information.

use std::path::{Component, Path, PathBuf};

/// A line of the source, as the debug information writes it: absolute, or from the root of the workspace.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Line {
    pub(crate) file: PathBuf,
    pub(crate) line: u32,
}

/// The same, as it is in the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Location<'a> {
    pub(crate) file: &'a str,
    pub(crate) line: u32,
}

impl From<Location<'_>> for Line {
    fn from(place: Location<'_>) -> Self {
        Self {
            file: resolved(Path::new(place.file)),
            line: place.line,
        }
    }
}

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

    /// Its name without arguments.
    pub(crate) fn ident(&self) -> &str {
        self.name.split('<').next().unwrap_or_default()
    }

    /// Whether it is a closure, or such a body.
    pub(crate) fn is_closure(&self) -> bool {
        self.name.starts_with('{')
    }
}

/// The path without the `..` that a target's `path` in a manifest may have.
pub(crate) fn resolved(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        if part != Component::ParentDir || !plain.pop() {
            plain.push(part);
        }
    }
    plain
}
