//! A folder for files that a program makes, removed at its end.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process,
    sync::atomic::{AtomicU32, Ordering},
};

/// A new folder in the system's place for temporary files. Dropped, it is removed with all that is in it.
///
/// Programs with more to build take the crate `tempfile`; this one keeps the first example small.
///
/// ```
/// use offload_examples::scratch::Scratch;
///
/// let scratch = Scratch::new().unwrap();
/// std::fs::write(scratch.path().join("file"), "content").unwrap();
/// let path = scratch.path().to_owned();
/// drop(scratch);
/// assert!(!path.exists());
/// ```
#[derive(Debug)]
pub struct Scratch(PathBuf);

impl Scratch {
    /// Makes the folder, open to this user alone.
    ///
    /// # Errors
    ///
    /// If there is no place for it.
    pub fn new() -> io::Result<Self> {
        loop {
            let number = NEXT.fetch_add(1, Ordering::Relaxed);
            let name = format!("offload-examples-{}-{number}", process::id());
            let path = std::env::temp_dir().join(name);
            match create(&path) {
                // Left behind by a process of the same number, or put there by somebody else: not ours to use.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                outcome => return outcome.map(|()| Self(path)),
            }
        }
    }

    /// Its path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // The system removes what cannot be removed here.
        let _ = fs::remove_dir_all(&self.0);
    }
}

static NEXT: AtomicU32 = AtomicU32::new(0);

fn create(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    // offload-lint: allow(file): one folder, before the program does anything else.
    builder.create(path)
}
