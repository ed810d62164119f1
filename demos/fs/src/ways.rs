//! The two ways to the same functions, and the jobs that both do.

use std::{
    io,
    path::{Path, PathBuf},
};

use offload_fs as fs;

/// Which library calls `std::fs` on another thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    Offload,
    Tokio,
}

impl Way {
    pub(crate) const ALL: [Self; 2] = [Self::Offload, Self::Tokio];
}

/// The operations on each path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Job {
    Metadata,
    Canonicalize,
    ReadDir,
    Read,
    Write,
    Copy,
    Rename,
    Remove,
}

impl Job {
    pub(crate) const ALL: [Self; 8] = [
        Self::Metadata,
        Self::Canonicalize,
        Self::ReadDir,
        Self::Read,
        Self::Write,
        Self::Copy,
        Self::Rename,
        Self::Remove,
    ];

    /// Its name in the table.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Metadata => "metadata",
            Self::Canonicalize => "canonicalize",
            Self::ReadDir => "read_dir",
            Self::Read => "read",
            Self::Write => "write",
            Self::Copy => "copy",
            Self::Rename => "rename",
            Self::Remove => "remove_file",
        }
    }

    /// Runs it, and returns a number that must be the same both ways.
    pub(crate) async fn with(self, way: Way, path: &Path, copy: &Path) -> io::Result<u64> {
        match way {
            Way::Offload => self.with_offload(path, copy).await,
            Way::Tokio => self.with_tokio(path, copy).await,
        }
    }

    async fn with_offload(self, path: &Path, copy: &Path) -> io::Result<u64> {
        match self {
            Self::Metadata => Ok(fs::metadata(path).await?.len()),
            Self::Canonicalize => Ok(length(&fs::canonicalize(path).await?)),
            Self::ReadDir => {
                let (mut entries, mut count) = (fs::read_dir(path).await?, 0);
                while let Some(entry) = entries.next_entry().await? {
                    entry.file_type().await?;
                    count += 1;
                }
                Ok(count)
            }
            Self::Read => Ok(sum(&fs::read(path).await?)),
            Self::Write => fs::write(copy, CONTENT).await.map(|()| 0),
            Self::Copy => fs::copy(path, copy).await,
            Self::Rename => fs::rename(copy, renamed(copy)).await.map(|()| 0),
            Self::Remove => fs::remove_file(renamed(copy)).await.map(|()| 0),
        }
    }

    async fn with_tokio(self, path: &Path, copy: &Path) -> io::Result<u64> {
        use tokio::fs;

        match self {
            Self::Metadata => Ok(fs::metadata(path).await?.len()),
            Self::Canonicalize => Ok(length(&fs::canonicalize(path).await?)),
            Self::ReadDir => {
                let (mut entries, mut count) = (fs::read_dir(path).await?, 0);
                while let Some(entry) = entries.next_entry().await? {
                    entry.file_type().await?;
                    count += 1;
                }
                Ok(count)
            }
            Self::Read => Ok(sum(&fs::read(path).await?)),
            Self::Write => fs::write(copy, CONTENT).await.map(|()| 0),
            Self::Copy => fs::copy(path, copy).await,
            Self::Rename => fs::rename(copy, renamed(copy)).await.map(|()| 0),
            Self::Remove => fs::remove_file(renamed(copy)).await.map(|()| 0),
        }
    }
}

/// Small, so that the call counts and not the disk.
const CONTENT: [u8; 1000] = [7; 1000];

fn renamed(copy: &Path) -> PathBuf {
    copy.with_extension("renamed")
}

fn length(path: &Path) -> u64 {
    path.as_os_str().len() as u64
}

fn sum(bytes: &[u8]) -> u64 {
    bytes.iter().map(|byte| u64::from(*byte)).sum()
}
