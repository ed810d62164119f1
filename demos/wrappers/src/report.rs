//! The words and the tables that `wrappers` prints.

use std::path::Path;

use offload_examples::{
    say::{self, count},
    spread::{Spread, millis},
    table::Table,
    ticker::Tick,
};

use crate::{Event, accounts::Logins, archive::Listing};

/// What there was to do.
pub(crate) fn heading(dir: &Path, listing: &Listing) -> String {
    let skipped = match listing.skipped {
        0 => String::new(),
        skipped => format!(" Skipped: {}.", count(skipped, "unreadable path")),
    };
    format!(
        "Accounts in SQLite, passwords by Argon2, and {} under {} in a zip archive.{skipped}
",
        count(listing.files.len(), "file"),
        say::path(dir)
    )
}

/// The steps and their results.
pub(crate) fn events(events: &[Event]) -> String {
    let mut table = Table::new(["", "came to", "ms"]).flush_left(2);
    for event in events {
        let came = shortened(&event.came);
        table.row([event.what.to_owned(), came, millis(event.took)]);
    }
    table.to_string()
}

/// Who logged in.
pub(crate) fn logins(logins: &[Logins]) -> String {
    let mut table = Table::new(["account", "logged in", "refused"]);
    for Logins { name, good, bad } in logins {
        table.row([name.clone(), good.to_string(), bad.to_string()]);
    }
    table.to_string()
}

/// How late the clock woke meanwhile.
pub(crate) fn clock(ticks: &[Tick]) -> String {
    Spread::of(ticks.iter().map(|tick| tick.late)).map_or_else(String::new, |late| {
        format!(
            "Meanwhile a clock on the one async thread was due {} times: p99 {} ms late, {} ms at most.",
            ticks.len(),
            millis(late.p99),
            millis(late.max)
        )
    })
}

/// Names of files have any length.
fn shortened(text: &str) -> String {
    if text.chars().count() <= WIDTH {
        return text.to_owned();
    }
    text.chars().take(WIDTH - 3).chain("...".chars()).collect()
}

/// What leaves the table within 100 columns.
const WIDTH: usize = 60;
