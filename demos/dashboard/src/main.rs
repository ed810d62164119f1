//! Pools and functions at work, live in the terminal.
//!
//! ```text
//! cargo run --release -p dashboard                  # works on this repository until you press q
//! cargo run --release -p dashboard -- ~/Pictures    # on something larger
//! cargo run --release -p dashboard -- --once        # a plain table after three seconds
//! cargo run --release -p dashboard -- --fault       # with a function that blocks a worker, and is reported
//! ```
//!
//! The work is real: files are read, hashed, compressed and entered in a database, in waves of a few or many at a time. What is shown
//! comes from `snapshot()` alone (feature `stats`): the program does not measure anything itself, and the functions that do the work
//! know nothing of it.
//!
//! Look at `observe.rs` (two snapshots make a row) and at `work.rs` (the observed work). In the output, look at the calls that wait in
//! each pool when a wave comes.

use std::{
    fmt,
    io::{self, IsTerminal as _},
    process::ExitCode,
    thread,
    time::Duration,
};

use ends::Ends;
use observe::Observer;
use offload_examples::{
    say::{complain, path, say},
    scratch::Scratch,
};
use screen::End;
use tokio::runtime::{Builder, Runtime};
use tokio_offload::on_blocked;

mod command;
mod database;
mod draw;
mod ends;
mod observe;
mod once;
mod screen;
#[cfg(test)]
mod tests;
mod text;
mod view;
mod work;

fn main() -> ExitCode {
    match show() {
        Ok(End::Seen) => ExitCode::SUCCESS,
        // The exit code that a shell reports for a program ended by Ctrl-C.
        Ok(End::Stopped) => ExitCode::from(130),
        Err(message) => {
            complain("dashboard", message);
            ExitCode::from(2)
        }
    }
}

/// The work uses the runtime. The terminal uses this thread, because reading keys blocks.
fn show() -> Result<End, String> {
    let Some(command) = command::parse()? else {
        return Ok(End::Seen);
    };
    if !command.once && !std::io::stdout().is_terminal() {
        return Err("stdout is no terminal: `--once` prints a plain table instead".to_owned());
    }
    let runtime = Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(in_words)?;
    watch(&runtime, command.fault).map_err(in_words)?;
    let observer = Observer::new(Duration::MAX);
    let place = Scratch::new().map_err(|error| format!("no place for a database: {error}"))?;
    let start = work::Work::start(command.dir.clone(), place.path().join("files.db"));
    let work = runtime
        .block_on(start)
        .map_err(|error| format!("{}: {error}", path(&command.dir)))?;
    if work.is_empty() {
        say(format_args!(
            "There is no file to read under {}.",
            path(&command.dir)
        ));
        return Ok(End::Seen);
    }
    let shown = if command.once {
        once::show(&command, &work, observer);
        Ok(End::Seen)
    } else {
        Ends::hear(&runtime).and_then(|ends| screen::show(&command, &work, &ends))
    };
    stop(&runtime, work)?;
    shown.map_err(|error| format!("the terminal: {error}"))
}

/// Watches for functions that block the two workers. With `--fault`, a function does so now and then.
fn watch(runtime: &Runtime, fault: bool) -> io::Result<()> {
    let _inside = runtime.enter();
    // The library keeps the reports, and they are read from there.
    on_blocked(LIMIT, |_| ())?;
    if fault {
        runtime.spawn(async {
            loop {
                read_settings();
                tokio::time::sleep(LIMIT * 10).await;
            }
        });
    }
    Ok(())
}

const LIMIT: Duration = Duration::from_millis(100);

/// A function that was not annotated by mistake.
fn read_settings() {
    // offload-lint: allow(sleep): `--fault` shows what is told of it.
    thread::sleep(LIMIT * 3); // a slow disk
}

/// Waits for the running work, so that nothing is left half done.
fn stop(runtime: &Runtime, work: work::Work) -> Result<(), String> {
    runtime.block_on(work.stop()).map_err(in_words)
}

fn in_words(error: impl fmt::Display) -> String {
    error.to_string()
}
