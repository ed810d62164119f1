//! `Folder`: where a test puts files.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process,
    sync::atomic::{AtomicU32, Ordering},
};

/// A new folder in the system's place for temporary files. It goes with its test, also where that fails.
#[derive(Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// Makes one that has `what` in its name.
    pub fn new(what: &str) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("offload-{what}-{}-{number}", process::id());
        let path = env::temp_dir().join(name);
        // What an earlier process of the same number left when it was killed.
        let _ = fs::remove_dir_all(&path);
        fs::create_dir(&path).expect("a folder in the place for temporary files");
        Self(path)
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The path of a file in it.
    pub fn join(&self, file: impl AsRef<Path>) -> PathBuf {
        self.0.join(file)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
