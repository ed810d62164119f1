//! Checksums of every file of a directory, while a clock on the same runtime shows who blocks it.
//!
//! ```text
//! cargo run --release --example quickstart               # this repository
//! cargo run --release --example quickstart -- ~/Pictures # something larger
//! ```
//!
//! The same blocking function runs three ways: called directly in an `async fn`, through `spawn_blocking` written by
//! hand, and through `#[offload]`. Meanwhile a task asks to be woken every millisecond, as a timer or a socket of a
//! real server would. Look at `sha256` (the one attribute), at `Way::sha256` (the three ways side by side), and
//! in the output at how late that task woke.

use std::{
    fs::File,
    io::{self, BufReader},
    mem,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use agreement::Agreement;
use command::Command;
use digest_io::IoWrapper;
use offload_examples::say::{path, say};
use sha2::{Digest as _, Sha256};
use tokio::task::spawn_blocking;
use tokio_offload::offload;

#[path = "quickstart/agreement.rs"]
mod agreement;
#[path = "quickstart/command.rs"]
mod command;
#[path = "quickstart/listing.rs"]
mod listing;
#[path = "quickstart/measure.rs"]
mod measure;
#[path = "quickstart/report.rs"]
mod report;

/// The blocking function. Callers see an asynchronous one, which owns its copy of the borrowed path.
///
/// `blocking = ...` keeps the plain function under a name of its own; only the comparison needs it.
#[offload(blocking = sha256_blocking)]
fn sha256(path: &Path) -> io::Result<Digest> {
    // Read piece by piece, so the size of the file does not matter.
    let mut file = BufReader::with_capacity(64 * 1024, File::open(path)?);
    let mut hasher = IoWrapper(Sha256::new());
    let bytes = io::copy(&mut file, &mut hasher)?;
    Ok(Digest {
        sha256: hasher.0.finalize().into(),
        bytes,
    })
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
}

impl Way {
    const ALL: [Self; 3] = [Self::Directly, Self::ByHand, Self::Offload];

    async fn sha256(self, path: &Path) -> io::Result<Digest> {
        match self {
            Self::Directly => sha256_blocking(path),
            Self::ByHand => {
                let path = path.to_owned();
                spawn_blocking(move || sha256_blocking(&path))
                    .await
                    .map_err(io::Error::other)?
            }
            Self::Offload => sha256(path).await,
        }
    }
}

/// Two workers, and as many files at a time: then the direct way is not slower for want of threads, and what
/// differs is only who keeps the workers busy. More workers postpone the effect until as many files are read at once.
#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> ExitCode {
    run().await.unwrap_or_else(|message| {
        eprintln!("quickstart: {message}");
        ExitCode::from(2)
    })
}

async fn run() -> Result<ExitCode, String> {
    let Some(command) = command::parse()? else {
        return Ok(ExitCode::SUCCESS);
    };
    let Command { dir, lasting } = &command;
    let mut found = listing::list(dir)
        .await
        .map_err(|error| format!("{}: {error}", path(dir)))?;
    measure::drop_unreadable(&mut found).await;
    let files: Arc<[PathBuf]> = mem::take(&mut found.files).into();
    if files.is_empty() {
        say(format_args!(
            "There is no file to read under {}.",
            path(dir)
        ));
        say(report::skipped(&found));
        return Ok(ExitCode::SUCCESS);
    }
    say(report::heading(&command, files.len()));
    let mut runs = vec![measure::nothing(*lasting / 4).await];
    for way in Way::ALL {
        runs.push(measure::hashing(way, &files, *lasting).await);
    }
    let agreement = Agreement::of(&files, &runs);
    say(report::table(&runs));
    say(report::picture(&runs));
    say(&agreement);
    say(report::skipped(&found));
    Ok(if agreement.holds() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
