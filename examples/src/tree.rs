//! Directory trees: the files that are somebody's own.

use std::{io, path::Path};

use walkdir::{DirEntry, WalkDir};

/// The regular files under a directory, on one file system, sorted by name, without following symbolic links and without
/// what [`is_left_out`]. Blocks.
///
/// # Errors
///
/// If the directory itself cannot be read. What cannot be read under it is an item that is an error.
pub fn files(dir: &Path) -> io::Result<impl Iterator<Item = walkdir::Result<DirEntry>> + use<>> {
    // Refuses what is missing, no directory, or closed to us, in the system's own words.
    std::fs::read_dir(dir)?;
    let entries = WalkDir::new(dir)
        .same_file_system(true)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| !is_left_out(entry));
    Ok(entries.filter(|entry| {
        entry
            .as_ref()
            .map_or(true, |entry| entry.file_type().is_file())
    }))
}

/// Version control data, and directories that are marked as caches, as cargo marks `target`: see <https://bford.info/cachedir/>.
#[must_use]
pub fn is_left_out(entry: &DirEntry) -> bool {
    entry.depth() > 0
        && entry.file_type().is_dir()
        && (entry.file_name() == ".git" || entry.path().join("CACHEDIR.TAG").is_file())
}
