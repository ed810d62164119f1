//! The paths under which files are known: through links, one file may have several.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// The paths of each file, by its path without links.
pub(super) struct Paths(BTreeMap<PathBuf, BTreeSet<PathBuf>>);

impl Paths {
    pub(super) fn new<'a>(all: impl Iterator<Item = &'a PathBuf>) -> Self {
        let mut paths: BTreeMap<PathBuf, BTreeSet<PathBuf>> = BTreeMap::new();
        for path in all {
            // A path without a file has no other path.
            if let Ok(file) = fs::canonicalize(path) {
                paths.entry(file).or_default().insert(path.clone());
            }
        }
        Self(paths)
    }

    pub(super) fn has_other(&self, path: &Path) -> bool {
        if has_hard_link(path) {
            return true;
        }
        let file = fs::canonicalize(path).ok();
        let paths = file.and_then(|file| self.0.get(&file));
        paths.is_some_and(|paths| paths.iter().any(|one| one != path))
    }
}

/// A hard link may be anywhere, so the number of links decides.
#[cfg(unix)]
fn has_hard_link(path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;

    fs::metadata(path).is_ok_and(|about| about.nlink() > 1)
}

#[cfg(not(unix))]
fn has_hard_link(_: &Path) -> bool {
    false
}
