//! The files to read, and the ones to skip.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use offload_examples::{progress::Progress, tree::is_left_out};
use tokio_offload::offload;
use walkdir::{DirEntry, WalkDir};

/// The files found under a directory.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    /// The files that can be read, with their sizes.
    pub(crate) files: Vec<(PathBuf, u64)>,
    /// Could not be read, and why.
    pub(crate) skipped: Vec<(PathBuf, String)>,
    /// Links: their targets are read where they are, or are not under the directory.
    pub(crate) links: usize,
    /// Directories left out on purpose.
    pub(crate) left_out: Vec<PathBuf>,
}

/// Walks a directory on one file system, without following symbolic links.
///
/// Walking blocks as reading does, so it is offloaded as well; `dir` is borrowed, and the call owns its copy.
#[offload]
pub(crate) fn list(dir: &Path) -> io::Result<Listing> {
    // Fails with the system's own message if it is missing, is no directory, or cannot be read.
    fs::read_dir(dir)?;
    let mut listing = Listing::default();
    let mut entries = WalkDir::new(dir)
        .same_file_system(true)
        .sort_by_file_name()
        .into_iter();
    let progress = Progress::new("looking for files", None);
    while let Some(entry) = entries.next() {
        progress.step();
        match entry {
            Ok(entry) if is_left_out(&entry) => {
                entries.skip_current_dir();
                listing.left_out.push(entry.into_path());
            }
            Ok(entry) => listing.add(entry),
            Err(error) => listing.skip(error.path().unwrap_or(dir).to_owned(), reason(&error)),
        }
    }
    Ok(listing)
}

impl Listing {
    /// Notes a path that is not read, and why.
    fn skip(&mut self, path: PathBuf, why: impl Into<String>) {
        self.skipped.push((path, why.into()));
    }

    fn add(&mut self, entry: DirEntry) {
        let kind = entry.file_type();
        let path = entry.into_path();
        if kind.is_file() {
            match File::open(&path).and_then(|file| file.metadata()) {
                Ok(known) => self.files.push((path, known.len())),
                Err(error) => self.skip(path, error.to_string()),
            }
        } else if kind.is_symlink() {
            self.add_link(path);
        } else if !kind.is_dir() {
            // Reading a pipe or a device could wait for ever.
            self.skip(path, "not a regular file");
        }
    }

    fn add_link(&mut self, link: PathBuf) {
        let within = link.parent().map(fs::canonicalize);
        match (fs::canonicalize(&link), within) {
            (Ok(target), Some(Ok(within))) if within.starts_with(&target) => {
                self.skip(link, "symbolic link to a directory it is in");
            }
            (Ok(_), _) => self.links += 1,
            (Err(error), _) if error.kind() == io::ErrorKind::NotFound => {
                self.skip(link, "broken symbolic link");
            }
            (Err(error), _) => self.skip(link, format!("symbolic link: {error}")),
        }
    }
}

fn reason(error: &walkdir::Error) -> String {
    error
        .io_error()
        .map_or_else(|| error.to_string(), ToString::to_string)
}
