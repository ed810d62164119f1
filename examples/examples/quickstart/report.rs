//! The words, the table and the picture that `quickstart` prints.

use std::{collections::BTreeMap, fmt::Write as _};

use offload_examples::{
    picture,
    say::{self, count},
    spread::{Spread, millis},
    table::Table,
};

use crate::{
    Way,
    command::Command,
    listing::Listing,
    measure::{AT_A_TIME, Run},
};

impl Way {
    /// What the tables call it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Directly => "called directly",
            Self::ByHand => "spawn_blocking by hand",
            Self::Offload => "#[offload]",
        }
    }
}

/// What is about to happen.
pub(crate) fn heading(Command { dir, lasting }: &Command, files: usize) -> String {
    format!(
        "SHA-256 of {} under {}, {AT_A_TIME} at a time, on 2 async workers.
Each way reads all of them, and again from the start until {lasting:?} are over; before it, all are read
once unmeasured, so that no way finds a colder page cache than another.
",
        count(files, "file"),
        say::path(dir)
    )
}

/// What each run did, and how late the clock woke meanwhile.
pub(crate) fn table(runs: &[Run]) -> String {
    let mut table = Table::new([
        "", "files", "MB", "seconds", "MB/s", "ticks", "p50 ms", "p99 ms", "max ms",
    ]);
    for run in runs {
        let [files, megabytes, speed] = work(run);
        let seconds = format!("{:.2}", run.lasted.as_secs_f64());
        let ticks = run.ticks.len().to_string();
        let [p50, p99, max] = lateness(run);
        table.row([
            name(run).to_owned(),
            files,
            megabytes,
            seconds,
            speed,
            ticks,
            p50,
            p99,
            max,
        ]);
    }
    format!(
        "{table}
The clock is due every millisecond; p50, p99 and max say how late it woke. tokio's timer counts whole
milliseconds and the system is never idle: the first row is what there is to compare with.
{}",
        price(runs)
    )
}

/// How late the clock woke, as time went by.
pub(crate) fn picture(runs: &[Run]) -> String {
    let mut text = format!(
        "The latest tick in each {COLUMNS}th of the time of each row, on a logarithmic scale:\n"
    );
    for run in runs {
        let row = picture::delays(&run.ticks, run.lasted, COLUMNS);
        let _ = writeln!(text, "  {:<22} │{row}│", name(run));
    }
    let _ = writeln!(text, "  {}", picture::scale());
    text
}

/// What was not read, and why.
pub(crate) fn skipped(listing: &Listing) -> String {
    let mut text = format!(
        "Skipped: {}, {} (not followed), {} of version control or caches.",
        count(listing.skipped.len(), "unreadable path"),
        count(listing.links, "symbolic link"),
        count(listing.left_out.len(), "folder"),
    );
    let mut reasons = BTreeMap::<_, Vec<_>>::new();
    for (path, why) in &listing.skipped {
        reasons.entry(why.as_str()).or_default().push(path);
    }
    let left_out =
        (!listing.left_out.is_empty()).then(|| ("left out", listing.left_out.iter().collect()));
    for (why, paths) in reasons.into_iter().chain(left_out) {
        let _ = write!(text, "\n  {why}: {}", paths.len());
        for path in paths.iter().take(SHOWN) {
            let _ = write!(text, "\n    {}", say::path(path));
        }
        if paths.len() > SHOWN {
            text.push_str("\n    ...");
        }
    }
    text
}

const COLUMNS: usize = 60;
/// How many paths are named for one reason.
const SHOWN: usize = 3;

fn name(run: &Run) -> &'static str {
    run.way.map_or("the clock alone", Way::name)
}

/// Where the speed goes when the files are small.
fn price(runs: &[Run]) -> String {
    let each = |way| {
        let run = runs.iter().find(|run| run.way == Some(way))?;
        (run.lasted * AT_A_TIME).checked_div(u32::try_from(run.work.files).ok()?)
    };
    match Way::ALL.map(each) {
        [Some(direct), Some(by_hand), Some(offloaded)] if offloaded > direct * 5 / 4 => format!(
            "
A file takes {direct:.1?} directly, {by_hand:.1?} by hand and {offloaded:.1?} offloaded: the rest is the way to
another thread and back, whatever the size of the file. For files as small as these, offload one call
that reads many of them.
"
        ),
        _ => String::new(),
    }
}

/// Files, megabytes and megabytes per second.
fn work(run: &Run) -> [String; 3] {
    if run.way.is_none() {
        return [const { String::new() }; 3];
    }
    let tenths = run.work.bytes / 100_000;
    // A byte each microsecond is a megabyte each second.
    let speed = u128::from(run.work.bytes) / run.lasted.as_micros().max(1);
    [
        run.work.files.to_string(),
        format!("{}.{}", tenths / 10, tenths % 10),
        speed.to_string(),
    ]
}

/// How late the clock woke, in milliseconds.
fn lateness(run: &Run) -> [String; 3] {
    Spread::of(run.ticks.iter().map(|tick| tick.late)).map_or_else(Default::default, |late| {
        [late.p50, late.p99, late.max].map(millis)
    })
}
