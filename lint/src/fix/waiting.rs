//! The new text of a file, which waits beside it. So nobody finds a file that is half written, whenever the lint is ended.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

/// Removed if it does not become the file.
#[derive(Debug)]
pub(super) struct Waiting {
    file: PathBuf,
    place: PathBuf,
}

impl Waiting {
    pub(super) fn new(path: &Path, text: &str) -> io::Result<Self> {
        // A link stays one.
        let file = fs::canonicalize(path)?;
        let like = fs::metadata(&file)?;
        if like.permissions().readonly() {
            let error = io::ErrorKind::PermissionDenied;
            return Err(io::Error::new(error, "it is read-only"));
        }
        // Who may write into its folder may not always write into it.
        drop(OpenOptions::new().write(true).open(&file)?);
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let name = format!(".{name}.offload-lint-{}", std::process::id());
        let place = file.with_file_name(name);
        // Another run whose process had this number may have been ended.
        drop(fs::remove_file(&place));
        let mut to = OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&place)?;
        let waiting = Self { file, place };
        to.write_all(text.as_bytes())?;
        keep_owner(&to, &like);
        to.set_permissions(like.permissions())?;
        to.sync_all()?;
        Ok(waiting)
    }

    pub(super) fn take_place(&self) -> io::Result<()> {
        fs::rename(&self.place, &self.file)
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        // It is not there if it has become the file.
        drop(fs::remove_file(&self.place));
    }
}

/// Only the administrator can give a file away. Others who may write have files of their own afterwards, in its group if they are in it.
#[cfg(unix)]
fn keep_owner(file: &fs::File, like: &fs::Metadata) {
    use std::os::unix::fs::{MetadataExt as _, fchown};

    if fchown(file, Some(like.uid()), Some(like.gid())).is_err() {
        drop(fchown(file, None, Some(like.gid())));
    }
}

#[cfg(not(unix))]
fn keep_owner(_: &fs::File, _: &fs::Metadata) {}
