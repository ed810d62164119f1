//! `File`: an open file.

use std::{
    fmt,
    fs::{File as StdFile, Metadata, Permissions},
    io::Result,
    path::Path,
    sync::Arc,
    time::SystemTime,
};

use tokio::sync::Mutex;
use tokio_offload::run;

use super::{FileTimes, OpenOptions, buffer::Buffer, in_flight::InFlight};

/// An open file, to be read, written and sought through tokio's traits.
///
/// A write may still run when `write` returns: `flush` waits for it. If the file is dropped meanwhile, it is closed when the write has
/// ended. If the runtime ends meanwhile, its end waits for the write, also for one that has not begun; only the return of
/// `Runtime::shutdown_background` and `shutdown_timeout` may come first. Reads and writes use a buffer, of
/// [`max_buf_size`](Self::max_buf_size) at most.
pub struct File {
    pub(super) std: Arc<StdFile>,
    pub(super) in_flight: Mutex<InFlight>,
    pub(super) max_buf_size: usize,
}

/// As in `tokio::fs`: 2 MiB.
const MAX_BUF_SIZE: usize = 2 << 20;

impl File {
    /// Opens a file for reading.
    pub async fn open(path: impl AsRef<Path>) -> Result<Self> {
        Self::options().read(true).open(path).await
    }

    /// Opens a file for writing, and empties it if it is there.
    pub async fn create(path: impl AsRef<Path>) -> Result<Self> {
        let mut options = Self::options();
        options.write(true).create(true).truncate(true);
        options.open(path).await
    }

    /// Opens a file for reading and writing that must not be there yet.
    pub async fn create_new(path: impl AsRef<Path>) -> Result<Self> {
        let mut options = Self::options();
        options.read(true).write(true).create_new(true);
        options.open(path).await
    }

    /// Options to open a file with.
    #[must_use]
    pub fn options() -> OpenOptions {
        OpenOptions::new()
    }

    /// The same file for asynchronous use.
    pub fn from_std(std: StdFile) -> Self {
        Self {
            std: Arc::new(std),
            in_flight: Mutex::new(InFlight::new(Buffer::default())),
            max_buf_size: MAX_BUF_SIZE,
        }
    }

    /// Waits until content and metadata are on the disk.
    pub async fn sync_all(&self) -> Result<()> {
        self.settle().await;
        let std = Arc::clone(&self.std);
        run(move || std.sync_all()).catch().await
    }

    /// Waits until the content is on the disk.
    pub async fn sync_data(&self) -> Result<()> {
        self.settle().await;
        let std = Arc::clone(&self.std);
        run(move || std.sync_data()).catch().await
    }

    /// Cuts the file, or fills it up with zeros. What was read ahead is given up.
    pub async fn set_len(&self, size: u64) -> Result<()> {
        let mut in_flight = self.in_flight.lock().await;
        in_flight.set_len(&self.std, size).await
    }

    /// The metadata of the file.
    pub async fn metadata(&self) -> Result<Metadata> {
        let std = Arc::clone(&self.std);
        run(move || std.metadata()).catch().await
    }

    /// One more handle to the same open file, with the same position.
    pub async fn try_clone(&self) -> Result<Self> {
        self.settle().await;
        let std = Arc::clone(&self.std);
        let mut file = Self::from_std(run(move || std.try_clone()).catch().await?);
        file.max_buf_size = self.max_buf_size;
        Ok(file)
    }

    /// The file for blocking use, once no operation runs.
    ///
    /// # Panics
    ///
    /// When a call on the file is still running whose future was dropped.
    pub async fn into_std(mut self) -> StdFile {
        self.in_flight.get_mut().settle().await;
        Arc::try_unwrap(self.std).expect("no other call uses the file")
    }

    /// The file for blocking use.
    ///
    /// # Errors
    ///
    /// When an operation runs: the file is handed back.
    pub fn try_into_std(mut self) -> std::result::Result<StdFile, Self> {
        match Arc::try_unwrap(self.std) {
            Ok(std) => Ok(std),
            Err(std) => {
                self.std = std;
                Err(self)
            }
        }
    }

    /// Changes the permissions of the file.
    pub async fn set_permissions(&self, permissions: Permissions) -> Result<()> {
        let std = Arc::clone(&self.std);
        let call = run(move || std.set_permissions(permissions));
        call.catch().await
    }

    /// Changes the times of the file, once no operation runs that would change them again.
    pub async fn set_times(&self, times: FileTimes) -> Result<()> {
        self.settle().await;
        let std = Arc::clone(&self.std);
        run(move || std.set_times(times)).catch().await
    }

    /// Changes the time of the last change.
    pub async fn set_modified(&self, time: SystemTime) -> Result<()> {
        self.set_times(FileTimes::new().set_modified(time)).await
    }

    /// Limits the buffer, in bytes. A smaller one uses less memory and needs more calls on another thread.
    ///
    /// # Panics
    ///
    /// When the limit is 0.
    #[track_caller]
    pub const fn set_max_buf_size(&mut self, max_buf_size: usize) {
        assert!(max_buf_size > 0, "`max_buf_size` must be greater than 0");
        self.max_buf_size = max_buf_size;
    }

    /// How large the buffer may become, in bytes. 2 MiB unless set.
    pub const fn max_buf_size(&self) -> usize {
        self.max_buf_size
    }

    async fn settle(&self) {
        self.in_flight.lock().await.settle().await;
    }
}

impl From<StdFile> for File {
    fn from(std: StdFile) -> Self {
        Self::from_std(std)
    }
}

impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("offload_fs::File")
            .field("std", &self.std)
            .finish_non_exhaustive()
    }
}

#[cfg(unix)]
impl From<std::os::fd::OwnedFd> for File {
    fn from(fd: std::os::fd::OwnedFd) -> Self {
        Self::from_std(fd.into())
    }
}

#[cfg(unix)]
impl std::os::fd::AsRawFd for File {
    fn as_raw_fd(&self) -> std::os::fd::RawFd {
        self.std.as_raw_fd()
    }
}

#[cfg(unix)]
impl std::os::fd::AsFd for File {
    fn as_fd(&self) -> std::os::fd::BorrowedFd<'_> {
        self.std.as_fd()
    }
}
