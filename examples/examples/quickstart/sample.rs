//! Which files are hashed: large ones first, made if there are too few, and small ones.

use std::{fs, io, ops::RangeInclusive, path::PathBuf, sync::Arc};

use offload_examples::scratch::Scratch;
use tokio_offload::run;

use crate::listing::Listing;

/// Files whose hashing takes long enough to delay other tasks, and is still short enough for a demo.
pub(crate) struct Sample {
    pub(crate) files: Arc<[PathBuf]>,
    pub(crate) bytes: u64,
    /// Where they were made, if there were too few.
    pub(crate) made: Option<Scratch>,
}

/// The large files of a listing, up to a limit of bytes; if they are too few, others, made for this run.
pub(crate) async fn large(found: &Listing) -> io::Result<Sample> {
    let (files, bytes) = pick(found, LARGE, MOST);
    if files.len() < FEWEST {
        return run(make).await;
    }
    Ok(Sample {
        files: files.into(),
        bytes,
        made: None,
    })
}

/// The small files of a listing, if there are enough of them to measure anything.
pub(crate) fn small(found: &Listing) -> Option<Arc<[PathBuf]>> {
    let (files, _) = pick(found, SMALL, MOST / 16);
    (files.len() >= crate::BATCH * 2).then(|| files.into())
}

const MIB: u64 = 1024 * 1024;
/// A millisecond or more of hashing each.
const LARGE: RangeInclusive<u64> = MIB..=64 * MIB;
/// Less than the way to another thread and back, or not much more. Files that say they are empty may be the system's own.
const SMALL: RangeInclusive<u64> = 1..=8 * 1024;
/// Bytes that every way reads at least once.
const MOST: u64 = 128 * MIB;
/// So many that both workers have something to do at any time.
const FEWEST: usize = 4;

fn pick(found: &Listing, sizes: RangeInclusive<u64>, most: u64) -> (Vec<PathBuf>, u64) {
    let (mut picked, mut bytes) = (Vec::new(), 0);
    for (path, size) in &found.files {
        if sizes.contains(size) && bytes + size <= most {
            picked.push(path.clone());
            bytes += size;
        }
    }
    (picked, bytes)
}

fn make() -> io::Result<Sample> {
    let scratch = Scratch::new()?;
    let (count, content) = (8_u8, 2 << 20);
    let files: io::Result<Vec<_>> = (0..count)
        .map(|number| {
            let path = scratch.path().join(format!("{number}.dat"));
            fs::write(&path, vec![number; content])?;
            Ok(path)
        })
        .collect();
    Ok(Sample {
        files: files?.into(),
        bytes: u64::from(count) * content as u64,
        made: Some(scratch),
    })
}
