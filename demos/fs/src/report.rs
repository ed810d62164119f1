//! The texts and the table that `fs` prints.

use std::path::Path;

use offload_examples::{
    say::{self, count},
    table::Table,
};

use crate::{listing::Listing, measure::Row};

/// Prints what will be measured.
pub(crate) fn heading(dir: &Path, listing: &Listing) -> String {
    let cut = if listing.cut {
        " (not all: copies of more would fill the disk)"
    } else {
        ""
    };
    format!(
        "{} with {} bytes, in {} under {}{cut}.
Each is looked at, read and copied through `#[offload]` and through `tokio::fs`, one call at a time.
",
        count(listing.files.len(), "file"),
        listing.bytes,
        count(listing.dirs.len(), "folder"),
        say::path(dir)
    )
}

/// The time of a call, and the ratio of the two ways.
pub(crate) fn table(rows: &[Row]) -> String {
    let mut table = Table::new([
        "",
        "calls",
        "rounds",
        "offload us",
        "tokio us",
        "ratio",
        "from",
        "to",
    ]);
    for row in rows {
        let ratios = row.offload.iter().zip(&row.tokio);
        let ratios = sorted(ratios.map(|(ours, tokios)| ours / tokios));
        table.row([
            row.job.name().to_owned(),
            row.calls.to_string(),
            ratios.len().to_string(),
            format!("{:.1}", at(&sorted(row.offload.iter().copied()), 50) / 1e3),
            format!("{:.1}", at(&sorted(row.tokio.iter().copied()), 50) / 1e3),
            format!("{:.2}", at(&ratios, 50)),
            format!("{:.2}", at(&ratios, 25)),
            format!("{:.2}", at(&ratios, 75)),
        ]);
    }
    format!(
        "{table}
Microseconds of a call, the median of all rounds. The ratio is that of two neighbouring rounds: its
median, and between which two values half of them lie; below 1 `#[offload]` is faster.
`tokio::fs::read_dir` goes to another thread for every 32 names, ours for every 256.
"
    )
}

/// Sentences about what was left out.
pub(crate) fn skipped(listing: &Listing) -> String {
    match listing.skipped {
        0 => String::new(),
        skipped => format!(" Skipped: {}.", count(skipped, "unreadable path")),
    }
}

fn sorted(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut values: Vec<_> = values.collect();
    values.sort_by(f64::total_cmp);
    values
}

/// The percentile of the values.
fn at(sorted: &[f64], percent: usize) -> f64 {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied().unwrap_or(f64::NAN)
}
