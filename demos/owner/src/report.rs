//! The words and the tables that `owner` prints.

use std::{fmt::Write as _, path::Path, time::Duration};

use offload_examples::{
    picture,
    say::{self, count},
    spread::{Spread, millis},
    table::Table,
    ticker::Tick,
};

use crate::{Event, import::Imported, queries::Answers};

/// What was recorded, and where.
pub(crate) fn imported(dir: &Path, file: &Path, imported: &Imported) -> String {
    let skipped = match imported.skipped {
        0 => String::new(),
        skipped => format!("\nSkipped: {}.", count(skipped, "unreadable path")),
    };
    format!(
        "Recorded {} ({} bytes) of {}\nin {}: {}, {} ms.{skipped}\n",
        count(imported.files, "file"),
        imported.bytes,
        say::path(dir),
        say::path(file),
        count(imported.transactions, "transaction"),
        millis(imported.took),
    )
}

/// The largest kinds of files, and how the tasks fared that asked for them.
pub(crate) fn answers(answers: &Answers) -> String {
    let mut table = Table::new(["kind", "files", "bytes"]);
    for (kind, files, bytes) in answers.kinds.iter().take(SHOWN) {
        let kind = if kind.is_empty() { "(none)" } else { kind };
        table.row([
            format!("{}", kind.escape_debug()),
            files.to_string(),
            bytes.to_string(),
        ]);
    }
    let more = match answers.kinds.len().saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!("  and {} more\n", count(more, "kind")),
    };
    let Some(waits) = Spread::of(answers.waits.iter().copied()) else {
        return "There is nothing to ask about.\n".to_owned();
    };
    format!(
        "{table}{more}
Asked again by {} at the same time, with the same answers, in {} ms.
Each waited its turn: half of them {} ms at most, all of them {} ms.
",
        count(answers.waits.len(), "task"),
        millis(answers.took),
        millis(waits.p50),
        millis(waits.max),
    )
}

/// What was tried, and what came of it.
pub(crate) fn events(events: &[Event]) -> String {
    let mut table = Table::new(["tried", "what came of it", "ms"]).flush_left(2);
    for event in events {
        table.row([
            event.what.to_owned(),
            event.came.clone(),
            millis(event.took),
        ]);
    }
    table.to_string()
}

/// How late a clock of the same thread woke, before the database was in use and beside it.
pub(crate) fn clock(rows: [(&str, &[Tick]); 2]) -> String {
    let mut table = Table::new(["", "ticks", "p50 ms", "p99 ms", "max ms"]);
    let mut picture = String::new();
    for (name, ticks) in rows {
        let late = Spread::of(ticks.iter().map(|tick| tick.late)).unwrap_or_default();
        let [p50, p99, max] = [late.p50, late.p99, late.max].map(millis);
        table.row([name.to_owned(), ticks.len().to_string(), p50, p99, max]);
        let lasted = ticks.last().map_or(Duration::ZERO, |last| last.due);
        let blocks = picture::delays(ticks, lasted, COLUMNS);
        let _ = writeln!(picture, "  {name:<19} │{blocks}│");
    }
    format!(
        "How late a clock woke that was due every millisecond, on the only async thread:
{table}
{picture}  {}
",
        picture::scale(),
    )
}

const SHOWN: usize = 8;
const COLUMNS: usize = 70;
