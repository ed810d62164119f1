//! `zip` on borrowed arguments: paths, bytes, an optional comment. The attribute makes the copies.

use std::{
    fs::File,
    io::{self, Cursor, Read as _},
    path::{Path, PathBuf},
};

use offload_examples::{progress::Progress, tree};
use tokio_offload::{check_cancelled, offload};
use zip::{ZipArchive, ZipWriter, result::ZipError, write::SimpleFileOptions};

/// The files to pack, by their names in the archive.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    pub(crate) files: Vec<(String, PathBuf)>,
    /// How many cannot be read, or have a name that is no text, which an archive cannot hold.
    pub(crate) skipped: usize,
}

/// So many are enough to see.
const FILES: usize = 500;

/// The first files under a directory that can be packed.
#[offload]
pub(crate) fn list(dir: &Path) -> io::Result<Listing> {
    let mut listing = Listing::default();
    for entry in tree::files(dir)? {
        let name = entry.ok().and_then(|entry| {
            let name = entry.path().strip_prefix(dir).ok()?.to_str()?.to_owned();
            File::open(entry.path()).ok()?;
            Some((name, entry.into_path()))
        });
        match name {
            Some(file) => listing.files.push(file),
            None => listing.skipped += 1,
        }
        if listing.files.len() == FILES {
            break;
        }
    }
    Ok(listing)
}

/// Packs files, and returns the size of the archive. Stops between two files if the caller has gone.
#[offload]
pub(crate) fn pack(
    files: &[(String, PathBuf)],
    archive: &Path,
    comment: Option<&str>,
) -> io::Result<u64> {
    let progress = Progress::new("packing", Some(files.len()));
    let mut zip = ZipWriter::new(File::create(archive)?);
    for (name, file) in files {
        check_cancelled()?;
        zip.start_file(name.as_str(), SimpleFileOptions::default())?;
        // It may have gone since it was listed.
        let mut content = File::open(file).map_err(|error| {
            io::Error::new(error.kind(), format!("{}: {error}", file.display()))
        })?;
        io::copy(&mut content, &mut zip)?;
        progress.step();
    }
    zip.set_comment(comment.unwrap_or_default());
    Ok(zip.finish()?.metadata()?.len())
}

/// The comment of an archive.
#[offload]
pub(crate) fn comment(archive: &[u8]) -> io::Result<String> {
    let zip = ZipArchive::new(Cursor::new(archive))?;
    Ok(String::from_utf8_lossy(zip.comment()).into_owned())
}

/// The content of one file, if it is in the archive.
#[offload]
pub(crate) fn unpack(archive: &[u8], name: &str) -> io::Result<Option<Vec<u8>>> {
    let mut zip = ZipArchive::new(Cursor::new(archive))?;
    let mut file = match zip.by_name(name) {
        Ok(file) => file,
        Err(ZipError::FileNotFound) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let mut content = Vec::new();
    file.read_to_end(&mut content)?;
    Ok(Some(content))
}
