//! Formats numbers for narrow columns.

use std::time::Duration;

use crate::view::Row;

/// The titles of [`numbers`], and the minimum widths of their columns.
pub(crate) const COLUMNS: [(&str, u16); 7] = [
    ("running", 7),
    ("waiting", 7),
    ("per s", 6),
    ("wait p50", 8),
    ("p99", 6),
    ("run p50", 7),
    ("p99", 6),
];

/// The texts of a row, without its name and history.
pub(crate) fn numbers(row: &Row) -> [String; 7] {
    let time = |time: Option<Duration>| time.map_or_else(|| "-".to_owned(), short);
    [
        match row.limit {
            Some(limit) => format!("{}/{limit}", row.running),
            None => row.running.to_string(),
        },
        row.waiting.to_string(),
        digits(row.rate),
        time(row.wait.p50),
        time(row.wait.p99),
        time(row.run.p50),
        time(row.run.p99),
    ]
}

/// Two or three digits and a unit.
fn short(duration: Duration) -> String {
    let seconds = duration.as_secs_f64();
    let (number, unit) = [(1.0, "s"), (1e3, "ms"), (1e6, "µs")]
        .map(|(factor, unit)| (seconds * factor, unit))
        .into_iter()
        .find(|(number, _)| *number >= 0.9995)
        .unwrap_or((seconds * 1e9, "ns"));
    format!("{}{unit}", digits(number))
}

fn digits(number: f64) -> String {
    if number < 9.95 && number > 0.0 {
        format!("{number:.1}")
    } else {
        format!("{number:.0}")
    }
}

/// A text cut to this many columns, with a mark where something is missing.
pub(crate) fn shortened(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    let kept = text.chars().take(width.saturating_sub(1));
    kept.chain("…".chars().take(width)).collect()
}

/// The last `width` numbers as blocks: the highest is a whole block, the latest is at the right.
pub(crate) fn spark(numbers: &[u64], width: usize) -> String {
    let last = &numbers[numbers.len().saturating_sub(width)..];
    let highest = last.iter().max().copied().unwrap_or(0).max(1);
    let block = |number: &u64| {
        let step = u128::from(*number) * (BLOCKS.len() as u128 - 1);
        let step = step.div_ceil(u128::from(highest));
        BLOCKS[usize::try_from(step).unwrap_or(0)]
    };
    let blocks: String = last.iter().map(block).collect();
    format!("{blocks:>width$}")
}

const BLOCKS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
