//! The functions of `std::fs` as asynchronous ones, a line each: what `tokio::fs` is, written with the attribute.
//!
//! Same names, same arguments, same results and errors as in `tokio::fs`; only `read_dir` collects.

use std::{
    ffi::OsString,
    fs,
    io::Result,
    path::{Path, PathBuf},
};

use tokio_offload::offload;

/// Reads a file.
#[offload]
pub fn read(path: impl AsRef<Path>) -> Result<Vec<u8>> {
    fs::read(path)
}

/// Reads a file that is text.
#[offload]
pub fn read_to_string(path: impl AsRef<Path>) -> Result<String> {
    fs::read_to_string(path)
}

/// Writes a file, in place of the one that may be there. The contents are copied; a `Vec<u8>` goes to [`write_vec`].
#[offload]
pub fn write(path: impl AsRef<Path>, contents: impl AsRef<[u8]>) -> Result<()> {
    fs::write(path, contents)
}

/// Writes a file, with contents that are given away and so need no copy.
#[offload]
pub fn write_vec(path: impl AsRef<Path>, contents: Vec<u8>) -> Result<()> {
    fs::write(path, contents)
}

/// Copies a file with its permissions, and says how many bytes it has.
#[offload]
pub fn copy(from: impl AsRef<Path>, to: impl AsRef<Path>) -> Result<u64> {
    fs::copy(from, to)
}

/// Gives a file or directory another name.
#[offload]
pub fn rename(from: impl AsRef<Path>, to: impl AsRef<Path>) -> Result<()> {
    fs::rename(from, to)
}

/// Removes a file.
#[offload]
pub fn remove_file(path: impl AsRef<Path>) -> Result<()> {
    fs::remove_file(path)
}

/// Removes an empty directory.
#[offload]
pub fn remove_dir(path: impl AsRef<Path>) -> Result<()> {
    fs::remove_dir(path)
}

/// Removes a directory and all that is in it.
#[offload]
pub fn remove_dir_all(path: impl AsRef<Path>) -> Result<()> {
    fs::remove_dir_all(path)
}

/// Makes a directory.
#[offload]
pub fn create_dir(path: impl AsRef<Path>) -> Result<()> {
    fs::create_dir(path)
}

/// Makes a directory, and those it is in.
#[offload]
pub fn create_dir_all(path: impl AsRef<Path>) -> Result<()> {
    fs::create_dir_all(path)
}

/// What is known of a file, through symbolic links.
#[offload]
pub fn metadata(path: impl AsRef<Path>) -> Result<fs::Metadata> {
    fs::metadata(path)
}

/// What is known of a file, or of a symbolic link itself.
#[offload]
pub fn symlink_metadata(path: impl AsRef<Path>) -> Result<fs::Metadata> {
    fs::symlink_metadata(path)
}

/// The absolute path without links and detours.
#[offload]
pub fn canonicalize(path: impl AsRef<Path>) -> Result<PathBuf> {
    fs::canonicalize(path)
}

/// Where a symbolic link leads.
#[offload]
pub fn read_link(path: impl AsRef<Path>) -> Result<PathBuf> {
    fs::read_link(path)
}

/// Gives a file one more name.
#[offload]
pub fn hard_link(original: impl AsRef<Path>, link: impl AsRef<Path>) -> Result<()> {
    fs::hard_link(original, link)
}

/// Changes what may be done with a file.
#[offload]
pub fn set_permissions(path: impl AsRef<Path>, permissions: fs::Permissions) -> Result<()> {
    fs::set_permissions(path, permissions)
}

/// The names and kinds of what is in a directory, all at once: one way to another thread instead of one for each name.
#[offload]
pub fn read_dir(path: impl AsRef<Path>) -> Result<Vec<(OsString, fs::FileType)>> {
    fs::read_dir(path)?
        .map(|entry| entry.and_then(|entry| Ok((entry.file_name(), entry.file_type()?))))
        .collect()
}

/// Whether there is something, or why that cannot be told.
#[offload]
pub fn try_exists(path: impl AsRef<Path>) -> Result<bool> {
    fs::exists(path)
}
