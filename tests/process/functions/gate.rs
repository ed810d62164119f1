//! `Gate`: where a body in another process and its test wait for each other.

use std::{
    env, fs,
    io::{Read, Write},
    os::unix::net::UnixStream,
    path::{Path, PathBuf},
    process,
    sync::atomic::{AtomicUsize, Ordering},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net,
};

/// The test's side.
pub(crate) struct Gate {
    path: PathBuf,
    listener: net::UnixListener,
}

/// A body that has come to the gate.
pub(crate) struct Visitor(net::UnixStream);

impl Gate {
    pub(crate) fn new() -> Self {
        offload_tests::limit_all();
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let next = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = env::temp_dir().join(format!("offload-{}-{next}", process::id()));
        let _ = fs::remove_file(&path);
        let listener =
            net::UnixListener::bind(&path).expect("a socket in the folder for temporary files");
        Self { path, listener }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Waits for a body.
    pub(crate) async fn visitor(&self) -> Visitor {
        let (stream, _) = self.listener.accept().await.expect("a body that comes");
        Visitor(stream)
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

impl Visitor {
    /// Lets the body go on.
    pub(crate) async fn open(mut self) {
        self.0.write_all(&[1]).await.expect("a body that waits");
        self.gone().await;
    }

    /// What the body says next; nothing if it went without a word.
    pub(crate) async fn word(&mut self) -> Option<u8> {
        let mut word = [0];
        matches!(self.0.read(&mut word).await, Ok(1)).then_some(word[0])
    }

    /// Waits until the body has left the gate, or its process is gone.
    pub(crate) async fn gone(mut self) {
        while self.word().await.is_some() {}
    }
}

/// The body's side: waits until the test opens the gate.
pub(crate) fn wait_at(path: &Path) -> std::io::Result<()> {
    let mut stream = UnixStream::connect(path)?;
    stream.read_exact(&mut [0])
}

/// The body's side: tells the test that it is here, and keeps the way open to tell more.
pub(crate) fn arrive_at(path: &Path) -> std::io::Result<impl FnMut(u8) + Send + 'static> {
    let mut stream = UnixStream::connect(path)?;
    Ok(move |word| stream.write_all(&[word]).expect("a test that listens"))
}
