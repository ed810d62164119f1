//! The new version of a file, written beside it and then renamed over it. So no file is ever half written, even if the lint is killed.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

/// A new version that was not renamed yet. It is removed when this value is dropped.
#[derive(Debug)]
pub(super) struct NewVersion {
    file: PathBuf,
    place: PathBuf,
}

impl NewVersion {
    pub(super) fn new(path: &Path, text: &str) -> io::Result<Self> {
        // The target is replaced, so that a link stays a link.
        let file = fs::canonicalize(path)?;
        let like = fs::metadata(&file)?;
        if like.permissions().readonly() {
            let error = io::ErrorKind::PermissionDenied;
            return Err(io::Error::new(error, "it is read-only"));
        }
        // Fails if the file may not be written. The right to write into its folder would be enough for a rename.
        drop(OpenOptions::new().write(true).open(&file)?);
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let name = format!(".{name}.offload-lint-{}", std::process::id());
        let place = file.with_file_name(name);
        // A run whose process had the same number may have been killed and have left it.
        drop(fs::remove_file(&place));
        let mut to = OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&place)?;
        let new = Self { file, place };
        to.write_all(text.as_bytes())?;
        keep_owner(&to, &like);
        to.set_permissions(like.permissions())?;
        to.sync_all()?;
        Ok(new)
    }

    pub(super) fn replace_file(&self) -> io::Result<()> {
        fs::rename(&self.place, &self.file)
    }
}

impl Drop for NewVersion {
    fn drop(&mut self) {
        // After the rename it does not exist.
        drop(fs::remove_file(&self.place));
    }
}

/// Gives the new version the owner and the group of the file. Only root can set the owner; the group, also a user who is in it.
#[cfg(unix)]
fn keep_owner(file: &fs::File, like: &fs::Metadata) {
    use std::os::unix::fs::{MetadataExt as _, fchown};

    if fchown(file, Some(like.uid()), Some(like.gid())).is_err() {
        drop(fchown(file, None, Some(like.gid())));
    }
}

#[cfg(not(unix))]
fn keep_owner(_: &fs::File, _: &fs::Metadata) {}
