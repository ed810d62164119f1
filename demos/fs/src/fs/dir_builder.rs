//! `DirBuilder`: how a directory is made.

use std::{fs, io::Result, path::Path};

use tokio_offload::offload;

/// How a directory is made, as in `std::fs`.
#[derive(Clone, Debug, Default)]
pub struct DirBuilder {
    recursive: bool,
    #[cfg(unix)]
    mode: Option<u32>,
}

impl DirBuilder {
    /// A builder that makes one directory, whose parent must exist.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Also makes missing parents, and accepts a directory that exists.
    pub const fn recursive(&mut self, recursive: bool) -> &mut Self {
        self.recursive = recursive;
        self
    }

    /// Makes the directory.
    #[offload(catch)]
    pub fn create(&self, path: impl AsRef<Path>) -> Result<()> {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(self.recursive);
        #[cfg(unix)]
        if let Some(mode) = self.mode {
            std::os::unix::fs::DirBuilderExt::mode(&mut builder, mode);
        }
        builder.create(path)
    }
}

#[cfg(unix)]
impl DirBuilder {
    /// Sets the permissions of the directory.
    pub const fn mode(&mut self, mode: u32) -> &mut Self {
        self.mode = Some(mode);
        self
    }
}
