//! The words and the tables that `owner` prints.

use std::path::Path;

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

/// How late a clock of the same thread woke meanwhile.
pub(crate) fn clock(ticks: &[Tick]) -> String {
    let (Some(late), Some(last)) = (Spread::of(ticks.iter().map(|tick| tick.late)), ticks.last())
    else {
        return String::new();
    };
    format!(
        "Meanwhile a clock on the only async thread was due every millisecond, {} times, and woke late by
{} ms half of the time, {} ms 99 times of 100, {} ms at worst:
  │{}│
  {}
",
        ticks.len(),
        millis(late.p50),
        millis(late.p99),
        millis(late.max),
        picture::delays(ticks, last.due, COLUMNS),
        picture::scale(),
    )
}

const SHOWN: usize = 8;
const COLUMNS: usize = 90;
