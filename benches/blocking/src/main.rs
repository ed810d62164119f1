//! Measures the watch: functions that block and are named in this build, code that must not be reported, and the cost while nothing blocks.
//!
//! ```text
//! cargo run --release -p offload-blocking --config 'profile.release.debug="line-tables-only"'
//! cargo run --release -p offload-blocking                   # without debug information
//! cargo run --release -p offload-blocking -- --no-flood     # only what does not depend on the machine
//! cargo run --release -p offload-blocking -- --builds       # what is named in programs that are built in other ways
//! ```
//!
//! Exits with 1 if a culprit was not reported once (with debug information, with its function, file and line), or if an innocent was
//! reported.

#![cfg_attr(
    not(all(target_os = "linux", target_arch = "x86_64")),
    allow(unused, reason = "functions are named there alone")
)]

use std::process::ExitCode;

use offload_examples::{
    arguments::flags,
    say::{complain, say},
};

#[cfg(unix)]
mod builds;
#[cfg(unix)]
mod counts;
#[cfg(unix)]
mod culprits;
#[cfg(unix)]
mod flood;
#[cfg(unix)]
mod innocents;
#[cfg(unix)]
mod tables;

fn main() -> ExitCode {
    tokio_offload_watch::init();
    match flags(PROGRAM, USAGE, &["no-flood", "builds", "count"]) {
        Ok(flags) if flags.len() > 1 => {
            complain(PROGRAM, format_args!("one flag at a time\n{USAGE}"));
            ExitCode::from(2)
        }
        Ok(flags) => show(flags.first().map(String::as_str)),
        Err(code) => code,
    }
}

const PROGRAM: &str = "offload-blocking";

const USAGE: &str = "\
usage: offload-blocking [--no-flood | --builds | --count]
  Prints which functions that block are reported and named, which code is left alone, and what the watch costs.
  --no-flood  without the costs, which depend on the machine
  --builds    builds itself in other ways, which takes long, and prints what is named in each of them
  --count     prints the numbers of one line of that table";

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
fn show(flag: Option<&str>) -> ExitCode {
    match flag {
        Some("builds") => show_builds(),
        Some("count") => {
            say(counts::counts());
            ExitCode::SUCCESS
        }
        flag => show_tables(flag.is_none()),
    }
}

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
fn show_builds() -> ExitCode {
    match builds::table() {
        Ok(table) => {
            say(table);
            ExitCode::SUCCESS
        }
        Err(error) => {
            complain(PROGRAM, error);
            ExitCode::FAILURE
        }
    }
}

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
fn show_tables(flood: bool) -> ExitCode {
    let [several, single] = [tables::Flavor::Several, tables::Flavor::Single].map(tables::culprits);
    say(format_args!("{}\n{}", several.text, single.text));
    let innocents = tables::innocents();
    say(&innocents.text);
    if flood {
        say(flood::flood());
    }
    let is_good = several.is_good && single.is_good && innocents.reports == 0;
    ExitCode::from(u8::from(!is_good))
}

#[cfg(not(all(target_os = "linux", target_arch = "x86_64")))]
fn show(_: Option<&str>) -> ExitCode {
    say("Functions are named on Linux on x86_64 only.");
    ExitCode::SUCCESS
}
