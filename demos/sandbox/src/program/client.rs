//! The two clients of the service: one uploads, one sends pings until it is stopped.

use std::{
    io,
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpStream,
    sync::oneshot,
    task::{JoinHandle, JoinSet},
    time::timeout,
};

use super::files::File;

/// The answer to an upload.
pub(crate) struct Upload {
    /// Which file it was.
    pub(crate) file: usize,
    pub(crate) answer: String,
    pub(crate) took: Duration,
}

/// Uploads the chosen files, all at once, each over a connection of its own.
pub(crate) async fn upload(
    service: SocketAddr,
    files: &Arc<Vec<File>>,
    chosen: impl Iterator<Item = usize>,
) -> io::Result<Vec<Upload>> {
    let mut uploads = JoinSet::new();
    for file in chosen {
        let files = Arc::clone(files);
        uploads.spawn(async move { upload_one(service, &files[file], file).await });
    }
    uploads.join_all().await.into_iter().collect()
}

async fn upload_one(service: SocketAddr, file: &File, index: usize) -> io::Result<Upload> {
    let start = Instant::now();
    let mut connection = Connection::open(service).await?;
    let head = format!("decode {} {}\n", file.bytes.len(), file.name);
    let answer = connection.ask(&[head.as_bytes(), &file.bytes]).await?;
    Ok(Upload {
        file: index,
        answer,
        took: start.elapsed(),
    })
}

/// Sends a ping, waits for the answer, and soon sends the next.
pub(crate) struct Pinger {
    stop: oneshot::Sender<()>,
    pings: JoinHandle<io::Result<Vec<Duration>>>,
}

impl Pinger {
    pub(crate) fn start(service: SocketAddr) -> Self {
        let (stop, stopped) = oneshot::channel();
        Self {
            stop,
            pings: tokio::spawn(ping(service, stopped)),
        }
    }

    /// How long each answer took.
    pub(crate) async fn stop(self) -> io::Result<Vec<Duration>> {
        // A failed send means that the task has ended: the line below returns its error.
        let _ = self.stop.send(());
        self.pings.await.map_err(io::Error::other)?
    }
}

async fn ping(
    service: SocketAddr,
    mut stopped: oneshot::Receiver<()>,
) -> io::Result<Vec<Duration>> {
    let mut connection = Connection::open(service).await?;
    let mut took = Vec::new();
    while timeout(PAUSE, &mut stopped).await.is_err() {
        let start = Instant::now();
        let answer = connection.ask(&[b"ping\n"]).await?;
        if answer != "pong" {
            return Err(io::Error::other(format!("{answer:?} to a ping")));
        }
        took.push(start.elapsed());
    }
    Ok(took)
}

const PAUSE: Duration = Duration::from_millis(1);

struct Connection(BufReader<TcpStream>);

impl Connection {
    async fn open(service: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(service).await?;
        stream.set_nodelay(true)?;
        Ok(Self(BufReader::new(stream)))
    }

    async fn ask(&mut self, parts: &[&[u8]]) -> io::Result<String> {
        for part in parts {
            self.0.write_all(part).await?;
        }
        let mut answer = String::new();
        if self.0.read_line(&mut answer).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(answer.trim_end().to_owned())
    }
}
