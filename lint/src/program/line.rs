//! A line of the source.

use std::path::PathBuf;

/// A line of the source, as the debug information writes it: absolute, or from the root of the workspace.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Line {
    pub(crate) file: PathBuf,
    pub(crate) line: u32,
}
