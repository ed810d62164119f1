//! The work that is observed: it reads, hashes and compresses files and enters them in a database, few or many at a time.

use std::{
    error::Error,
    fs::File,
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use flate2::{Compression, write::GzEncoder};
use offload_examples::tree;
use sha2::{Digest as _, Sha256};
use tokio::{
    sync::watch,
    task::{JoinHandle, JoinSet},
};
use tokio_offload::{Pool, offload};

use crate::database::{DatabaseHandle, Digest};

/// For functions that compute: as many threads as there are CPUs.
static CPU: Pool = Pool::new("cpu");

/// For functions that wait for the disk.
static DISK: Pool = Pool::new("disk").threads(4);

/// The files under a directory, a handful at a time: with one call for each small file, the hops would cost more than the work.
#[offload]
fn list(dir: &Path) -> io::Result<Vec<Handful>> {
    let files = tree::files(dir)?.filter_map(Result::ok).take(MOST);
    let files: Vec<_> = files.map(walkdir::DirEntry::into_path).collect();
    Ok(files.chunks(AT_ONCE).map(Arc::from).collect())
}

/// Reads the beginnings of files.
#[offload(pool = DISK)]
fn read(files: &Handful) -> io::Result<Contents> {
    let read = |path| {
        let mut bytes = Vec::new();
        File::open(path)?.take(PIECE).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    files.iter().map(read).collect()
}

#[offload(pool = CPU)]
fn hash(contents: &Contents) -> Vec<Digest> {
    let hash = |bytes| Sha256::digest(bytes).into();
    contents.iter().map(hash).collect()
}

/// Returns the size of all of them, compressed.
#[offload(pool = CPU)]
fn compress(contents: &Contents) -> io::Result<usize> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    for bytes in contents.iter() {
        gzip.write_all(bytes)?;
    }
    Ok(gzip.finish()?.len())
}

// Of such arguments a call copies only the `Arc`.
type Handful = Arc<[PathBuf]>;
type Contents = Arc<[Vec<u8>]>;

/// Work that continues until it is stopped.
pub(crate) struct Work {
    files: usize,
    now: Arc<Now>,
    database: DatabaseHandle,
    stop: watch::Sender<()>,
    waves: JoinHandle<()>,
}

/// The state of the work.
#[derive(Default)]
pub(crate) struct Now {
    /// The number of handfuls of files in work.
    pub(crate) at_once: AtomicUsize,
    pub(crate) done: AtomicUsize,
    /// Those with a file that cannot be read, mostly.
    pub(crate) failed: AtomicUsize,
}

impl Work {
    /// Starts it, as a task of this runtime.
    pub(crate) async fn start(dir: PathBuf, database: PathBuf) -> io::Result<Self> {
        let files = list(&dir).await?;
        let database = DatabaseHandle::open(&database)
            .await
            .map_err(io::Error::other)?;
        let now = Arc::<Now>::default();
        let (stop, stopped) = watch::channel(());
        Ok(Self {
            files: files.len(),
            now: Arc::clone(&now),
            database: database.clone(),
            stop,
            waves: tokio::spawn(roll(files, database, now, stopped)),
        })
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.files == 0
    }

    pub(crate) fn now(&self) -> &Now {
        &self.now
    }

    /// Stops it after the handfuls that have begun.
    pub(crate) async fn stop(self) -> Result<(), Box<dyn Error>> {
        drop(self.stop);
        self.waves.await?;
        self.database.close().await?;
        Ok(())
    }
}

/// Keeps as many handfuls at work as the wave wants, in order and again from the start.
async fn roll(
    files: Vec<Handful>,
    database: DatabaseHandle,
    now: Arc<Now>,
    mut stopped: watch::Receiver<()>,
) {
    let (began, mut turn) = (Instant::now(), 0);
    let mut at_work = JoinSet::new();
    while !files.is_empty() {
        while at_work.len() < height(began.elapsed()) {
            let files = Arc::clone(&files[turn % files.len()]);
            at_work.spawn(one(files, database.clone(), turn));
            turn += 1;
        }
        now.at_once.store(at_work.len(), Ordering::Relaxed);
        let ended = tokio::select! {
            _ = stopped.changed() => break,
            ended = at_work.join_next() => ended,
        };
        let count = match ended {
            Some(Ok(Ok(()))) => &now.done,
            _ => &now.failed,
        };
        count.fetch_add(1, Ordering::Relaxed);
    }
    while at_work.join_next().await.is_some() {}
}

/// Does all the work for a handful of files.
async fn one(files: Handful, database: DatabaseHandle, turn: usize) -> Result<(), Box<Failure>> {
    let contents = read(&files).await?;
    let (digests, packed) = tokio::join!(hash(&contents), compress(&contents));
    database.enter(&files, &digests, packed?).await?;
    if turn.is_multiple_of(ASK_EVERY) {
        database.duplicates().await?;
    }
    Ok(())
}

type Failure = dyn Error + Send + Sync;

/// How many should be in work: few and many in turn.
fn height(since: Duration) -> usize {
    let turn = since.as_millis() / WAVE.as_millis();
    HEIGHTS[usize::try_from(turn).unwrap_or(0) % HEIGHTS.len()]
}

const WAVE: Duration = Duration::from_millis(1500);
const HEIGHTS: [usize; 8] = [1, 2, 4, 12, 40, 12, 4, 2];
const ASK_EVERY: usize = 4;
const AT_ONCE: usize = 8;
/// What is read of a file.
const PIECE: u64 = 256 * 1024;
const MOST: usize = 4_000;
