//! Lists the files for both ways: those that can be read.

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
};

use offload_examples::{progress::Progress, tree};
use tokio_offload::offload;

/// The files under a directory.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    pub(crate) dirs: Vec<PathBuf>,
    pub(crate) files: Vec<PathBuf>,
    pub(crate) bytes: u64,
    /// How many paths could not be read.
    pub(crate) skipped: usize,
    /// Whether there are more files than are copied.
    pub(crate) cut: bool,
}

/// More files add no precision: a round takes longer, and there are fewer. More bytes would measure the disk and fill it.
const FILES: usize = 500;
const BYTES: u64 = 100_000_000;

/// Looks for files that can be opened, up to a bound.
#[offload]
pub(crate) fn list(dir: &Path) -> io::Result<Listing> {
    let progress = Progress::new("looking for files", None);
    let mut listing = Listing::default();
    for entry in tree::files(dir)? {
        progress.step();
        let opened = entry.map_err(io::Error::from).and_then(|entry| {
            let metadata = File::open(entry.path())?.metadata()?;
            Ok((entry.into_path(), metadata.len()))
        });
        match opened {
            Ok((_, bytes)) if listing.bytes + bytes > BYTES => listing.cut = true,
            Ok((file, bytes)) => listing.add(file, bytes),
            Err(_) => listing.skipped += 1,
        }
        if listing.files.len() == FILES {
            listing.cut = true;
            break;
        }
    }
    Ok(listing)
}

impl Listing {
    /// Files come sorted, so those of a directory may be apart by what is below it.
    fn add(&mut self, file: PathBuf, bytes: u64) {
        if let Some(dir) = file.parent() {
            if !self.dirs.iter().any(|known| known == dir) {
                self.dirs.push(dir.to_owned());
            }
        }
        self.files.push(file);
        self.bytes += bytes;
    }
}
