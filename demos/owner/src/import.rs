//! Records a directory tree: one thread walks it, the owner's thread writes.

use std::{
    fs, io, mem,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use offload_examples::{progress::Progress, say::path, tree};
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio_offload::{block_on, offload};

use crate::{
    Database,
    database::{self, FileRow},
};

/// The result of recording.
#[derive(Debug, Default)]
pub(crate) struct Imported {
    pub(crate) files: usize,
    pub(crate) bytes: i64,
    pub(crate) transactions: usize,
    /// How many paths could not be read.
    pub(crate) skipped: usize,
    pub(crate) took: Duration,
}

/// Whether there is a directory to record.
#[offload]
pub(crate) fn look_at(dir: &Path) -> io::Result<()> {
    fs::read_dir(dir).map(drop)
}

/// Walks and writes at the same time; the channel keeps the walk from running far ahead.
pub(crate) async fn import(db: &Database, dir: &Path) -> Result<Imported, String> {
    let start = Instant::now();
    let (found, batches) = mpsc::channel(2);
    let (skipped, imported) = tokio::join!(walk(dir, found), write(db, batches));
    let mut imported = imported.map_err(|error| error.to_string())?;
    imported.skipped = skipped.map_err(|error| format!("{}: {error}", path(dir)))?;
    imported.took = start.elapsed();
    Ok(imported)
}

/// Sends the files in batches, and returns how many paths could not be read.
#[offload]
fn walk(dir: &Path, found: Sender<Vec<FileRow>>) -> io::Result<usize> {
    let progress = Progress::new("looking at files", None);
    let (mut batch, mut skipped) = (Vec::new(), 0);
    for entry in tree::files(dir)? {
        progress.step();
        let row = entry.and_then(|entry| {
            let metadata = entry.metadata()?;
            Ok(FileRow::new(relative(entry.path(), dir), &metadata))
        });
        match row {
            Ok(row) => batch.push(row),
            Err(_) => skipped += 1,
        }
        // A writer that has failed reports the reason itself.
        if batch.len() == BATCH && !hand_over(&found, &mut batch)? {
            break;
        }
    }
    hand_over(&found, &mut batch)?;
    Ok(skipped)
}

/// Sends a batch from blocking code and waits until there is room. Returns false if the receiver is gone.
fn hand_over(found: &Sender<Vec<FileRow>>, batch: &mut Vec<FileRow>) -> io::Result<bool> {
    if batch.is_empty() {
        return Ok(true);
    }
    Ok(block_on(found.send(mem::take(batch)))?.is_ok())
}

async fn write(db: &Database, mut batches: Receiver<Vec<FileRow>>) -> rusqlite::Result<Imported> {
    let mut imported = Imported::default();
    while let Some(batch) = batches.recv().await {
        imported.files += batch.len();
        imported.bytes += batch.iter().map(|file| file.bytes).sum::<i64>();
        imported.transactions += 1;
        db.run(move |db| database::insert(db, &batch)).await?;
    }
    Ok(imported)
}

fn relative(path: &Path, dir: &Path) -> PathBuf {
    path.strip_prefix(dir).unwrap_or(path).to_owned()
}

/// How many files go into one transaction.
const BATCH: usize = 250;
