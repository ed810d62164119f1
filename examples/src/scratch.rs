//! A folder for files that a program makes, removed at its end, however it ends.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process,
    sync::atomic::{AtomicU32, Ordering},
};

/// A new folder in the system's place for temporary files. Dropped, it is removed with all that is in it.
///
/// On Unix it is removed as well when the program is ended by Ctrl-C or is killed. Programs of your own take the crate `tempfile` and
/// handle signals; this one keeps the first example small.
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
pub struct Scratch {
    path: PathBuf,
    sweeper: Option<Sweeper>,
}

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
            let mut sweeper = Sweeper::start(&path);
            let created = create(&path);
            if created.is_err() {
                // Left behind by a process of the same number, or put there by somebody else: not ours to use.
                sweeper.as_mut().map(Sweeper::dismiss);
            }
            match created {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                created => return created.map(|()| Self { path, sweeper }),
            }
        }
    }

    /// Its path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // The system removes what cannot be removed here.
        let _ = fs::remove_dir_all(&self.path);
        drop(self.sweeper.take());
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

/// A process that removes the folder when this one has ended: then its input ends. Ctrl-C does not reach it.
#[cfg(unix)]
#[derive(Debug)]
struct Sweeper(process::Child);

#[cfg(unix)]
impl Sweeper {
    /// Starts before the folder is there, so that the folder is never without it. Where there is no shell, there is none.
    fn start(path: &Path) -> Option<Self> {
        use std::os::unix::process::CommandExt as _;

        let mut command = process::Command::new("sh");
        command.args(["-c", "cat >/dev/null; rm -rf -- \"$1\"", "sh"]);
        command
            .arg(path)
            .process_group(0)
            .stdin(process::Stdio::piped());
        command
            .stdout(process::Stdio::null())
            .stderr(process::Stdio::null());
        // offload-lint: allow(process-start): once, before the program does anything else.
        command.spawn().ok().map(Self)
    }

    fn dismiss(&mut self) {
        let _ = self.0.kill();
    }
}

#[cfg(unix)]
impl Drop for Sweeper {
    /// Ends it, so that it never sees a later folder of this name.
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        let _ = self.0.wait();
    }
}

/// Where there is no shell to ask, a program that is killed leaves its folder.
#[cfg(not(unix))]
#[derive(Debug)]
struct Sweeper;

#[cfg(not(unix))]
impl Sweeper {
    fn start(_: &Path) -> Option<Self> {
        None
    }

    fn dismiss(&mut self) {}
}
