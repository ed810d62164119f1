//! The words, the table and the picture that `quickstart` prints.

use std::{collections::BTreeMap, fmt::Write as _, path::Path, time::Duration};

use offload_examples::{
    picture,
    say::{self, count},
    spread::{Spread, millis},
    table::Table,
};

use crate::{
    Way,
    listing::Listing,
    measure::{AT_A_TIME, Run},
    sample::Sample,
};

impl Way {
    /// Its name in the tables.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Directly => "called directly",
            Self::ByHand => "spawn_blocking by hand",
            Self::Offload => "#[offload]",
            Self::InBatches => "#[offload], 64 a call",
        }
    }
}

/// Announces what will happen.
pub(crate) fn heading(dir: &Path, sample: &Sample, lasting: Duration) -> String {
    let count = count(sample.files.len(), "file");
    let megabytes = sample.bytes / 1_000_000;
    let input = match &sample.made {
        None => format!("{count} ({megabytes} MB) under {}", say::path(dir)),
        Some(made) => format!(
            "{count} ({megabytes} MB) made in {}, since there are too few of 1 to 64 MiB under {}",
            say::path(made.path()),
            say::path(dir)
        ),
    };
    format!(
        "Hashing {input},
{AT_A_TIME} at a time on 2 async workers, for {lasting:?} each way, beside a clock that is due every millisecond.
"
    )
}

/// The work of each run, and how late the clock woke meanwhile.
pub(crate) fn table(runs: &[Run]) -> String {
    let mut table = Table::new(["", "files", "MB/s", "ticks", "p50 ms", "p99 ms", "max ms"]);
    for run in runs {
        let [files, speed] = work(run);
        let ticks = run.ticks.len().to_string();
        let [p50, p99, max] = lateness(run);
        table.row([name(run).to_owned(), files, speed, ticks, p50, p99, max]);
    }
    format!(
        "{table}
p50, p99 and max say how late the clock woke. tokio's timer counts whole milliseconds and the system is never
idle: the first row is what there is to compare with.
"
    )
}

/// What a call for each small file costs, and what becomes of it in batches; nothing where it does not cost much.
pub(crate) fn small(runs: &[Run], files: usize) -> Option<String> {
    let [direct, offloaded, batches] = runs else {
        return None;
    };
    let each =
        |run: &Run| (run.lasted * AT_A_TIME).checked_div(u32::try_from(run.work.files).ok()?);
    if each(offloaded)? < each(direct)? * 5 / 4 || each(batches)? > each(offloaded)? * 3 / 4 {
        return None;
    }
    let mut table = Table::new(["", "each", "p99 ms"]);
    for run in [direct, offloaded, batches] {
        let [_, p99, _] = lateness(run);
        table.row([name(run).to_owned(), format!("{:.1?}", each(run)?), p99]);
    }
    Some(format!(
        "
Small files are another matter: {} of at most 8 KiB take microseconds each, and a call is the way to another
thread and back, whatever the body does. So offload the loop, not the step: one call that reads many of them.

{table}",
        count(files, "file")
    ))
}

/// How late the clock woke, as time went by.
pub(crate) fn picture(runs: &[Run]) -> String {
    let mut text = String::from(
        "The latest tick in each part of the time of each row, on a logarithmic scale:\n",
    );
    for run in runs {
        let row = picture::delays(&run.ticks, run.lasted, COLUMNS);
        let _ = writeln!(text, "  {:<22} │{row}│", name(run));
    }
    let _ = writeln!(text, "  {}", picture::scale());
    text
}

/// The paths that were not read, and why.
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

/// The name of the run.
pub(crate) fn name(run: &Run) -> &'static str {
    run.way.map_or("the clock alone", Way::name)
}

/// Files, and megabytes per second.
fn work(run: &Run) -> [String; 2] {
    if run.way.is_none() {
        return [const { String::new() }; 2];
    }
    // A byte each microsecond is a megabyte each second.
    let speed = u128::from(run.work.bytes) / run.lasted.as_micros().max(1);
    [run.work.files.to_string(), speed.to_string()]
}

/// How late the clock woke, in milliseconds: the middle, 99 of 100, and the latest.
pub(crate) fn lateness(run: &Run) -> [String; 3] {
    Spread::of(run.ticks.iter().map(|tick| tick.late)).map_or_else(Default::default, |late| {
        [late.p50, late.p99, late.max].map(millis)
    })
}
