//! Hashes files three ways and shows who suffers: a clock that wants to wake every millisecond.
//!
//! ```text
//! cargo run --release --example quickstart                 # this repository
//! cargo run --release --example quickstart -- ~/Pictures   # any other directory
//! ```
//!
//! The same blocking function is called directly in an `async fn`, through `spawn_blocking` written by hand, and through
//! `#[offload]`. Meanwhile a task asks to be woken every millisecond, as a timer or a socket of a real server would. Look
//! at `sha256` (the one attribute), at `Way::hash` (the ways side by side), and in the output at how late that task woke.
//! Then, where the directory has small files, what a call costs for each of those, and what to do about it.

use std::{
    fs::File,
    io::{self, Read as _},
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

use agreement::Agreement;
use command::Command;
use hmac_sha256::Hash;
use listing::Listing;
use measure::Run;
use offload_examples::{
    arguments::DirForTime,
    say::{complain, path, say},
};
use sample::Sample;
use tokio::task::spawn_blocking;
use tokio_offload::offload;

mod agreement;
mod command;
mod drawing;
mod listing;
mod measure;
mod report;
mod sample;

/// The blocking function. Callers see an asynchronous one, which owns its copy of the borrowed path.
///
/// `blocking = ...` keeps the plain function under a name of its own; only the comparison needs it.
#[offload(blocking = sha256_blocking)]
fn sha256(path: &Path) -> io::Result<Digest> {
    // Read piece by piece, so the size of the file does not matter.
    // offload-lint: allow(file): one of the three ways calls this directly.
    let (mut file, mut hash) = (File::open(path)?, Hash::new());
    let (mut buffer, mut bytes) = (vec![0; 64 * 1024], 0);
    loop {
        // offload-lint: allow(file): the same.
        let read = file.read(&mut buffer)?;
        if read == 0 {
            let sha256 = hash.finalize();
            return Ok(Digest { sha256, bytes });
        }
        hash.update(&buffer[..read]);
        bytes += read as u64;
    }
}

/// Many files in one call: the way for small ones.
#[offload]
fn sha256_of_each(paths: &[PathBuf]) -> Vec<io::Result<Digest>> {
    paths.iter().map(|path| sha256_blocking(path)).collect()
}

/// What a file contains, in short.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Digest {
    sha256: [u8; 32],
    bytes: u64,
}

/// How the blocking function is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Directly,
    ByHand,
    Offload,
    /// `sha256_of_each`, for as many files at a time as [`BATCH`].
    InBatches,
}

/// Small files that go into one call.
const BATCH: usize = 64;

impl Way {
    async fn hash(self, paths: &[PathBuf]) -> Vec<io::Result<Digest>> {
        if self == Self::InBatches {
            return sha256_of_each(paths).await;
        }
        let mut digests = Vec::with_capacity(paths.len());
        for path in paths {
            digests.push(match self {
                Self::Directly => sha256_blocking(path),
                Self::ByHand => by_hand(path).await,
                Self::Offload | Self::InBatches => sha256(path).await,
            });
        }
        digests
    }
}

async fn by_hand(path: &Path) -> io::Result<Digest> {
    let path = path.to_owned();
    spawn_blocking(move || sha256_blocking(&path))
        .await
        .map_err(io::Error::other)?
}

/// Two workers, and as many files at a time: then the direct way is not slower for want of threads, and what
/// differs is only who keeps the workers busy. More workers postpone the effect until as many files are read at once.
#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> ExitCode {
    run().await.unwrap_or_else(|message| {
        complain("quickstart", message);
        ExitCode::from(2)
    })
}

async fn run() -> Result<ExitCode, String> {
    let Some(Command { dir_for_time, svg }) = command::parse()? else {
        return Ok(ExitCode::SUCCESS);
    };
    let DirForTime { dir, lasting } = dir_for_time;
    let found = listing::list(&dir)
        .await
        .map_err(|error| format!("{}: {error}", path(&dir)))?;
    // Before anything is measured, so that a path which cannot be written is reported at once.
    if let Some(file) = &svg {
        drawing::can_write(file)?;
    }
    let sample = sample::large(&found)
        .await
        .map_err(|error| format!("no place for files to hash: {error}"))?;
    say(report::heading(&dir, &sample, lasting));
    let (runs, holds) = ticker_suffers_or_not(&sample, lasting).await;
    if let Some(file) = svg {
        drawing::write(&file, &runs)?;
    }
    drop(sample);
    small_files(&found, lasting / 2).await;
    say(report::skipped(&found));
    Ok(if holds {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// The first lesson, on files that take milliseconds each. What was measured, and whether all ways came to the same.
async fn ticker_suffers_or_not(sample: &Sample, lasting: Duration) -> (Vec<Run>, bool) {
    let mut runs = vec![measure::nothing(lasting / 2).await];
    measure::warm_up(&sample.files).await;
    for way in [Way::Directly, Way::ByHand, Way::Offload] {
        runs.push(measure::hashing(way, &sample.files, lasting).await);
    }
    let agreement = Agreement::of(&sample.files, &runs);
    say(report::picture(&runs));
    say(report::table(&runs));
    say(&agreement);
    let holds = agreement.holds();
    (runs, holds)
}

/// The second one: a call costs the way to another thread and back. Nothing is said where that does not show.
async fn small_files(found: &Listing, lasting: Duration) {
    let Some(files) = sample::small(found) else {
        return;
    };
    let mut runs = Vec::new();
    measure::warm_up(&files).await;
    for way in [Way::Directly, Way::Offload, Way::InBatches] {
        runs.push(measure::hashing(way, &files, lasting).await);
    }
    if let Some(lesson) = report::small(&runs, files.len()) {
        say(lesson);
    }
}
