//! What the service works on, and how many bodies are at work.

use std::{
    fs::File,
    io::{self, Read as _},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use offload_examples::{progress::Progress, tree};
use tokio_offload::offload;

use crate::request::{Kind, Request};

/// The size of what is packed, and the most that is copied of a file.
pub(crate) const BLOCK: usize = 64 * 1024;

/// Data read beforehand, so that the CPU pool need not wait for it.
pub(crate) struct Stock {
    /// The contents of the files one after the other, in pieces.
    pub(crate) blocks: Vec<Arc<[u8]>>,
    pub(crate) files: Vec<Arc<Path>>,
    /// How many paths could not be read.
    pub(crate) skipped: usize,
    /// Whether there was more than is taken.
    pub(crate) cut: bool,
}

impl Stock {
    /// Reads the files of a directory, as many as are needed: what counts here is the load, not the data.
    #[offload]
    pub(crate) fn load(dir: &Path) -> io::Result<Self> {
        let mut stock = Self {
            blocks: Vec::new(),
            files: Vec::new(),
            skipped: 0,
            cut: false,
        };
        let mut block = Vec::with_capacity(BLOCK);
        let progress = Progress::new("reading files", None);
        for entry in tree::files(dir)? {
            progress.step();
            let read = entry
                .map_err(io::Error::from)
                .and_then(|entry| stock.read(entry.path(), &mut block));
            stock.skipped += usize::from(read.is_err());
            stock.cut = stock.blocks.len() >= MOST_BLOCKS;
            if stock.cut {
                break;
            }
        }
        if !block.is_empty() {
            stock.blocks.push(block.into());
        }
        Ok(stock)
    }

    fn read(&mut self, path: &Path, block: &mut Vec<u8>) -> io::Result<()> {
        let mut file = File::open(path)?;
        while self.blocks.len() < MOST_BLOCKS {
            let room = (BLOCK - block.len()) as u64;
            file.by_ref().take(room).read_to_end(block)?;
            if block.len() < BLOCK {
                break;
            }
            self.blocks.push(std::mem::take(block).into());
        }
        self.files.push(path.into());
        Ok(())
    }

    /// Without a block there is nothing to pack, although there may be empty files to copy.
    pub(crate) fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }
}

/// The service: its stock, handed out in order and again from the start, and its store.
pub(crate) struct House {
    stock: Stock,
    store: PathBuf,
    blocks: AtomicUsize,
    files: AtomicUsize,
}

impl House {
    pub(crate) fn new(stock: Stock, store: &Path) -> Self {
        Self {
            stock,
            store: store.to_owned(),
            blocks: AtomicUsize::new(0),
            files: AtomicUsize::new(0),
        }
    }

    pub(crate) fn request(&self, kind: Kind) -> Request {
        match kind {
            Kind::Pack => self.pack_request(),
            Kind::Copy => self.copy_request(),
        }
    }

    pub(crate) fn pack_request(&self) -> Request {
        let turn = self.blocks.fetch_add(1, Ordering::Relaxed);
        Request::Pack(Arc::clone(
            &self.stock.blocks[turn % self.stock.blocks.len()],
        ))
    }

    fn copy_request(&self) -> Request {
        let turn = self.files.fetch_add(1, Ordering::Relaxed);
        Request::Copy {
            from: Arc::clone(&self.stock.files[turn % self.stock.files.len()]),
            // Old copies make room for new ones.
            to: self.store.join((turn % MOST_COPIES).to_string()),
        }
    }
}

/// How many bodies run, wherever they run.
pub(crate) static AT_WORK: Gauge = Gauge {
    now: AtomicUsize::new(0),
    most: AtomicUsize::new(0),
};

/// A number that goes up and down, and its peak.
pub(crate) struct Gauge {
    now: AtomicUsize,
    most: AtomicUsize,
}

impl Gauge {
    /// Counts one more until the result is dropped.
    pub(crate) fn enter(&self) -> Inside<'_> {
        let now = self.now.fetch_add(1, Ordering::Relaxed) + 1;
        self.most.fetch_max(now, Ordering::Relaxed);
        Inside(self)
    }

    /// The peak since the last time this was asked.
    pub(crate) fn take_most(&self) -> usize {
        self.most.swap(0, Ordering::Relaxed)
    }
}

/// One that is counted.
pub(crate) struct Inside<'a>(&'a Gauge);

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        self.0.now.fetch_sub(1, Ordering::Relaxed);
    }
}

/// 32 MiB.
const MOST_BLOCKS: usize = 512;
/// More than are written at the same time; 64 MiB.
const MOST_COPIES: usize = 1024;
