//! `ReadDir`: the entries of a directory, many for each call on another thread.

use std::{
    collections::VecDeque,
    ffi::OsString,
    fs::{self, FileType, Metadata},
    future::{Future, poll_fn},
    io::Result,
    path::{Path, PathBuf},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use tokio_offload::{Offload, offload};

/// Opens a directory, and reads its first entries.
#[offload(catch)]
pub fn read_dir(path: impl AsRef<Path>) -> Result<ReadDir> {
    let chunk = Chunk::read(fs::read_dir(path)?);
    Ok(ReadDir(State::Ready(chunk)))
}

/// The entries of a directory, by [`next_entry`](Self::next_entry).
#[derive(Debug)]
#[must_use = "nothing is listed until it is asked for"]
pub struct ReadDir(State);

#[derive(Debug)]
enum State {
    Ready(Chunk),
    Reading(Offload<Result<Chunk>>),
}

/// Entries that were read, and where there are more.
#[derive(Debug, Default)]
struct Chunk {
    entries: VecDeque<Result<DirEntry>>,
    rest: Option<fs::ReadDir>,
}

/// How many entries each call on another thread reads: a directory of ordinary size needs one call.
const CHUNK: usize = 256;

#[offload(catch)]
fn read_more(rest: fs::ReadDir) -> Result<Chunk> {
    Ok(Chunk::read(rest))
}

impl Chunk {
    fn read(mut rest: fs::ReadDir) -> Self {
        let mut entries = VecDeque::new();
        while entries.len() < CHUNK {
            match rest.next() {
                Some(Ok(entry)) => entries.push_back(Ok(DirEntry::new(entry))),
                Some(Err(error)) => {
                    entries.push_back(Err(error));
                    break;
                }
                None => {
                    return Self {
                        entries,
                        rest: None,
                    };
                }
            }
        }
        Self {
            entries,
            rest: Some(rest),
        }
    }
}

impl ReadDir {
    /// The next entry, `None` after the last. Dropping the future loses nothing.
    pub async fn next_entry(&mut self) -> Result<Option<DirEntry>> {
        poll_fn(|cx| self.poll_next_entry(cx)).await
    }

    /// The same as [`next_entry`](Self::next_entry), to be polled by hand.
    pub fn poll_next_entry(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<DirEntry>>> {
        loop {
            match &mut self.0 {
                State::Ready(chunk) => {
                    if let Some(entry) = chunk.entries.pop_front() {
                        return Poll::Ready(entry.map(Some));
                    }
                    let Some(rest) = chunk.rest.take() else {
                        return Poll::Ready(Ok(None));
                    };
                    self.0 = State::Reading(read_more(rest));
                }
                State::Reading(call) => {
                    let chunk = ready!(Pin::new(call).poll(cx));
                    let (chunk, failed) = match chunk {
                        Ok(chunk) => (chunk, None),
                        Err(error) => (Chunk::default(), Some(error)),
                    };
                    self.0 = State::Ready(chunk);
                    if let Some(error) = failed {
                        return Poll::Ready(Err(error));
                    }
                }
            }
        }
    }
}

/// An entry of a directory.
#[derive(Clone, Debug)]
pub struct DirEntry {
    std: Arc<fs::DirEntry>,
    /// The type, if the system gives it together with the name, as most do.
    kind: Option<FileType>,
}

impl DirEntry {
    fn new(std: fs::DirEntry) -> Self {
        Self {
            kind: std.file_type().ok(),
            std: Arc::new(std),
        }
    }

    /// The path of the directory, and the name.
    pub fn path(&self) -> PathBuf {
        self.std.path()
    }

    /// The name alone.
    pub fn file_name(&self) -> OsString {
        self.std.file_name()
    }

    /// Its metadata, or that of a symbolic link itself.
    #[offload(catch)]
    pub fn metadata(&self) -> Result<Metadata> {
        self.std.metadata()
    }

    /// Whether it is a file, a directory, a symbolic link or something else.
    pub async fn file_type(&self) -> Result<FileType> {
        match self.kind {
            Some(kind) => Ok(kind),
            None => self.read_file_type().await,
        }
    }

    #[offload(catch)]
    fn read_file_type(&self) -> Result<FileType> {
        self.std.file_type()
    }

    /// The number of its inode.
    #[cfg(unix)]
    pub fn ino(&self) -> u64 {
        std::os::unix::fs::DirEntryExt::ino(&*self.std)
    }
}
