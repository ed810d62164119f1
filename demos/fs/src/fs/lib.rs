//! `std::fs` as asynchronous functions and types: what `tokio::fs` is, written with the attribute.
//!
//! Same names, same arguments, same results and errors as in `tokio::fs` of tokio 1.54. A call that fails, say because its runtime is going
//! down, is an `io::Error` too. The functions are a line each and here; the types have files of their own. A path that is passed
//! by value is dropped when a function is called: lend a temporary file, whose `Drop` removes it. What is left out needs `unsafe`
//! code (`FromRawFd`) or another system than Unix.

mod buffer;
mod dir_builder;
mod file;
mod file_io;
mod in_flight;
mod open_options;
mod read_dir;
mod whole;

pub use dir_builder::DirBuilder;
pub use file::File;
pub use open_options::OpenOptions;
pub use read_dir::{DirEntry, ReadDir, read_dir};
pub use std::fs::FileTimes;

use std::{
    fs,
    io::{Error, ErrorKind, Result},
    path::{Path, PathBuf},
};

use tokio_offload::offload;

/// Reads a file.
#[offload(catch)]
pub fn read(path: impl AsRef<Path>) -> Result<Vec<u8>> {
    whole::read(path.as_ref())
}

/// Reads a file that is text.
#[offload(catch)]
pub fn read_to_string(path: impl AsRef<Path>) -> Result<String> {
    let bytes = whole::read(path.as_ref())?;
    String::from_utf8(bytes).map_err(|_| not_text())
}

/// Writes a file, in place of the one that may be there. The contents are copied; a `Vec<u8>` goes to [`write_vec`].
#[offload(catch)]
pub fn write(path: impl AsRef<Path>, contents: impl AsRef<[u8]>) -> Result<()> {
    fs::write(path, contents)
}

/// Writes a file. The contents are moved, so they are not copied.
#[offload(catch)]
pub fn write_vec(path: impl AsRef<Path>, contents: Vec<u8>) -> Result<()> {
    fs::write(path, contents)
}

/// Copies a file with its permissions, and returns its size in bytes.
#[offload(catch)]
pub fn copy(from: impl AsRef<Path>, to: impl AsRef<Path>) -> Result<u64> {
    fs::copy(from, to)
}

/// Gives a file or directory another name.
#[offload(catch)]
pub fn rename(from: impl AsRef<Path>, to: impl AsRef<Path>) -> Result<()> {
    fs::rename(from, to)
}

/// Removes a file.
#[offload(catch)]
pub fn remove_file(path: impl AsRef<Path>) -> Result<()> {
    fs::remove_file(path)
}

/// Removes an empty directory.
#[offload(catch)]
pub fn remove_dir(path: impl AsRef<Path>) -> Result<()> {
    fs::remove_dir(path)
}

/// Removes a directory and all that is in it.
#[offload(catch)]
pub fn remove_dir_all(path: impl AsRef<Path>) -> Result<()> {
    fs::remove_dir_all(path)
}

/// Makes a directory.
#[offload(catch)]
pub fn create_dir(path: impl AsRef<Path>) -> Result<()> {
    fs::create_dir(path)
}

/// Makes a directory, and those it is in.
#[offload(catch)]
pub fn create_dir_all(path: impl AsRef<Path>) -> Result<()> {
    fs::create_dir_all(path)
}

/// The metadata of a file. Follows symbolic links.
#[offload(catch)]
pub fn metadata(path: impl AsRef<Path>) -> Result<fs::Metadata> {
    fs::metadata(path)
}

/// The metadata of a file, or of a symbolic link itself.
#[offload(catch)]
pub fn symlink_metadata(path: impl AsRef<Path>) -> Result<fs::Metadata> {
    fs::symlink_metadata(path)
}

/// The absolute path, with symbolic links and `..` resolved.
#[offload(catch)]
pub fn canonicalize(path: impl AsRef<Path>) -> Result<PathBuf> {
    fs::canonicalize(path)
}

/// The target of a symbolic link.
#[offload(catch)]
pub fn read_link(path: impl AsRef<Path>) -> Result<PathBuf> {
    fs::read_link(path)
}

/// Gives a file one more name.
#[offload(catch)]
pub fn hard_link(original: impl AsRef<Path>, link: impl AsRef<Path>) -> Result<()> {
    fs::hard_link(original, link)
}

/// Makes a symbolic link that leads to `original`.
#[cfg(unix)]
#[offload(catch)]
pub fn symlink(original: impl AsRef<Path>, link: impl AsRef<Path>) -> Result<()> {
    std::os::unix::fs::symlink(original, link)
}

/// Changes the permissions of a file.
#[offload(catch)]
pub fn set_permissions(path: impl AsRef<Path>, permissions: fs::Permissions) -> Result<()> {
    fs::set_permissions(path, permissions)
}

/// Whether the path exists, or the error if this cannot be found out.
#[offload(catch)]
pub fn try_exists(path: impl AsRef<Path>) -> Result<bool> {
    fs::exists(path)
}

/// The error of `std::fs` for bytes that are not UTF-8.
fn not_text() -> Error {
    let reason = "stream did not contain valid UTF-8";
    Error::new(ErrorKind::InvalidData, reason)
}
