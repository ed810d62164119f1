//! Three well-known blocking crates behind one attribute each, and a small program that uses all of them.
//!
//! ```text
//! cargo run --release -p wrappers                 # packs this repository
//! cargo run --release -p wrappers -- ~/Documents  # any other directory
//! ```
//!
//! - `accounts.rs`: `rusqlite`, whose connection wants one user at a time. `#[offload(owner = ..)]` gives it a thread.
//! - `passwords.rs`: `argon2`, slow on purpose. `#[offload(pool = CPU)]` keeps it to as many threads as there are CPUs.
//! - `archive.rs`: `zip`, on borrowed arguments: `&Path`, `&[u8]`, `Option<&str>`.
//!
//! Users register and log in, a directory is packed and looked into again, while a clock shows that nothing of it keeps
//! the one async thread busy.

use std::{
    fmt,
    path::Path,
    process::ExitCode,
    time::{Duration, Instant},
};

use accounts::AccountsHandle;
use offload_examples::{
    say::{complain, path, say},
    scratch::Scratch,
    ticker::Ticker,
};
use tokio_offload::run;

mod accounts;
mod archive;
mod command;
mod passwords;
mod report;
mod users;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match use_all().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            complain("wrappers", message);
            ExitCode::from(2)
        }
    }
}

async fn use_all() -> Result<(), String> {
    let Some(dir) = command::parse()? else {
        return Ok(());
    };
    // Before anything else, so that a missing directory is reported at once.
    let listing = archive::list(&dir)
        .await
        .map_err(|error| format!("{}: {error}", path(&dir)))?;
    let place = run(Scratch::new)
        .await
        .map_err(|error| format!("no place for files: {error}"))?;
    let clock = Ticker::start(TICK);
    let accounts = AccountsHandle::open(&place.path().join("accounts.db"))
        .await
        .map_err(in_words)?;
    let mut events = users::register(&accounts).await.map_err(in_words)?;
    events.extend(users::log_in(&accounts).await.map_err(in_words)?);
    events.extend(pack(&listing, &place.path().join("files.zip")).await?);
    let logins = accounts.logins().await.map_err(in_words)?;
    accounts.close().await.map_err(in_words)?;
    let ticks = clock.stop().await;
    say(report::heading(&dir, &listing));
    say(report::events(&events));
    say(report::logins(&logins));
    say(report::clock(&ticks));
    Ok(())
}

/// Packs the files, and looks into the archive again: one file that is in it, one that is not, and a broken archive.
async fn pack(listing: &archive::Listing, file: &Path) -> Result<Vec<Event>, String> {
    let mut events = Vec::new();
    let comment = format!("{} files", listing.files.len());
    let start = Instant::now();
    let packed = archive::pack(&listing.files, file, Some(&comment)).await;
    let packed = packed.map_err(in_words)?;
    events.push(Event::new("pack", start, format!("{packed} bytes packed")));

    let bytes = run({
        let file = file.to_owned();
        move || std::fs::read(file)
    });
    let bytes = bytes.await.map_err(in_words)?;
    let start = Instant::now();
    let said = archive::comment(&bytes).await.map_err(in_words)?;
    assert_eq!(said, comment);
    let first = listing.files.first().map_or("", |(name, _)| name.as_str());
    for name in [first, "not in it"] {
        let came = match archive::unpack(&bytes, name).await.map_err(in_words)? {
            Some(content) => format!("{} bytes of {name:?}", content.len()),
            None => format!("no {name:?}"),
        };
        events.push(Event::new("unpack one", start, came));
    }
    let start = Instant::now();
    let half = &bytes[..bytes.len() / 2];
    let broken = archive::unpack(half, first).await;
    let came = broken.expect_err("half an archive has no directory");
    events.push(Event::new(
        "unpack half an archive",
        start,
        format!("Err: {came}"),
    ));
    Ok(events)
}

fn in_words(error: impl fmt::Display) -> String {
    error.to_string()
}

/// How often the clock wants to wake.
const TICK: Duration = Duration::from_millis(1);

/// A step and its result.
struct Event {
    what: &'static str,
    took: Duration,
    came: String,
}

impl Event {
    fn new(what: &'static str, start: Instant, came: String) -> Self {
        Self {
            what,
            took: start.elapsed(),
            came,
        }
    }
}
