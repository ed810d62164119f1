//! A line of the source.

use std::path::{Component, Path, PathBuf};

/// A line of the source, as the debug information writes it: absolute, or from the root of the workspace.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Line {
    pub(crate) file: PathBuf,
    pub(crate) line: u32,
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
