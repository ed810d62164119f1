//! `OpenOptions`: how a file is opened.

use std::{fs, io::Result, path::Path};

use tokio_offload::offload;

use super::File;

/// How a file is opened, as in `std::fs`.
#[derive(Clone, Debug)]
pub struct OpenOptions {
    std: fs::OpenOptions,
}

impl OpenOptions {
    /// Options that allow nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            std: fs::OpenOptions::new(),
        }
    }

    /// Allows reading.
    pub fn read(&mut self, read: bool) -> &mut Self {
        self.std.read(read);
        self
    }

    /// Allows writing.
    pub fn write(&mut self, write: bool) -> &mut Self {
        self.std.write(write);
        self
    }

    /// Writes at the end, wherever the position is.
    pub fn append(&mut self, append: bool) -> &mut Self {
        self.std.append(append);
        self
    }

    /// Empties the file.
    pub fn truncate(&mut self, truncate: bool) -> &mut Self {
        self.std.truncate(truncate);
        self
    }

    /// Makes the file if it is not there.
    pub fn create(&mut self, create: bool) -> &mut Self {
        self.std.create(create);
        self
    }

    /// Makes the file, which must not be there.
    pub fn create_new(&mut self, create_new: bool) -> &mut Self {
        self.std.create_new(create_new);
        self
    }

    /// Opens the file. The value that is passed as its path, such as a temporary file, lives until it is open.
    pub async fn open(&self, path: impl AsRef<Path>) -> Result<File> {
        open(&self.std, path.as_ref()).await
    }
}

#[offload(catch)]
fn open(options: &fs::OpenOptions, path: &Path) -> Result<File> {
    options.open(path).map(File::from_std)
}

#[cfg(unix)]
impl OpenOptions {
    /// The permissions of a file that is made.
    pub fn mode(&mut self, mode: u32) -> &mut Self {
        std::os::unix::fs::OpenOptionsExt::mode(&mut self.std, mode);
        self
    }

    /// Further flags for the system.
    pub fn custom_flags(&mut self, flags: i32) -> &mut Self {
        std::os::unix::fs::OpenOptionsExt::custom_flags(&mut self.std, flags);
        self
    }
}

impl From<fs::OpenOptions> for OpenOptions {
    fn from(std: fs::OpenOptions) -> Self {
        Self { std }
    }
}

impl Default for OpenOptions {
    fn default() -> Self {
        Self::new()
    }
}
