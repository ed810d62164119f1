//! `std::fs` through `#[offload]`, beside `tokio::fs`: lists, reads and copies a directory tree both ways.
//!
//! ```text
//! cargo run --release -p fs                 # this repository
//! cargo run --release -p fs -- ~/Pictures   # any other directory
//! ```
//!
//! The asynchronous functions are one-liners: look at `demos/fs/src/fs`. Both ways do the same work on the same
//! files, in turns, so that neither has the warmer page cache or the quieter machine; what they found and what they
//! copied is compared too.

use std::{io, process::ExitCode};

use command::Command;
use offload_examples::{
    say::{complain, path, say},
    scratch::Scratch,
};
use tokio_offload::run;

mod command;
mod listing;
mod measure;
mod report;
mod ways;

#[tokio::main(worker_threads = 2)]
async fn main() -> ExitCode {
    match compare().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            complain("fs", message);
            ExitCode::from(2)
        }
    }
}

async fn compare() -> Result<(), String> {
    let Some(Command { dir, lasting }) = command::parse()? else {
        return Ok(());
    };
    let about = |error: io::Error| format!("{}: {error}", path(&dir));
    let listing = listing::list(&dir).await.map_err(about)?;
    if listing.files.is_empty() {
        say(format!(
            "There is no file to read under {}.{}",
            path(&dir),
            report::skipped(&listing)
        ));
        return Ok(());
    }
    say(report::heading(&dir, &listing));
    let place = run(Scratch::new)
        .await
        .map_err(|error| format!("no place for copies: {error}"))?;
    let rows = measure::all(&listing, place.path(), lasting)
        .await
        .map_err(|(file, error)| format!("{}: {error}", path(&file)))?;
    say(report::table(&rows));
    say(format!(
        "Both ways found, read and copied the same.{}",
        report::skipped(&listing)
    ));
    // Many files: that takes a while.
    run(move || drop(place)).await;
    Ok(())
}
