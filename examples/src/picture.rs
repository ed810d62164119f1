//! Delays over time as one row of blocks, on a logarithmic scale.

use std::time::Duration;

use crate::ticker::Tick;

/// Draws the worst delay of each of `columns` equal parts of `total`: the higher the block, the later the ticks.
///
/// ```
/// use std::time::Duration;
/// use offload_examples::{picture::delays, ticker::Tick};
///
/// let tick = |due, late| Tick { due: Duration::from_millis(due), late: Duration::from_millis(late) };
/// assert_eq!(delays(&[tick(1, 1), tick(5, 40)], Duration::from_millis(8), 4), "▁ ▄ ");
/// ```
#[must_use]
pub fn delays(ticks: &[Tick], total: Duration, columns: usize) -> String {
    worst(ticks, total, columns)
        .into_iter()
        .map(|late| late.map_or(' ', block))
        .collect()
}

/// The worst delay of each of `columns` equal parts of `total`; nothing where no tick was due.
#[must_use]
pub fn worst(ticks: &[Tick], total: Duration, columns: usize) -> Vec<Option<Duration>> {
    let mut worst = vec![None; columns];
    for tick in ticks {
        if let Some(slot) = worst.get_mut(column(tick.due, total, columns)) {
            *slot = (*slot).max(Some(tick.late));
        }
    }
    worst
}

/// The scale of [`delays`] in words.
#[must_use]
pub fn scale() -> String {
    let bounded = STEPS
        .iter()
        .map(|(block, limit)| format!("{block} to {}", in_words(*limit)));
    bounded
        .chain([format!("{BEYOND} more")])
        .collect::<Vec<_>>()
        .join("  ")
}

/// Which of `columns` equal parts of `total` the moment `at` falls in; past the last one if it comes after `total`.
#[must_use]
pub fn column(at: Duration, total: Duration, columns: usize) -> usize {
    let part = at.as_nanos() * columns as u128 / total.as_nanos().max(1);
    usize::try_from(part).unwrap_or(usize::MAX)
}

/// Each step is about three times the one before.
const STEPS: [(char, Duration); 7] = [
    ('▁', Duration::from_millis(3)),
    ('▂', Duration::from_millis(10)),
    ('▃', Duration::from_millis(30)),
    ('▄', Duration::from_millis(100)),
    ('▅', Duration::from_millis(300)),
    ('▆', Duration::from_secs(1)),
    ('▇', Duration::from_secs(3)),
];
const BEYOND: char = '█';

fn block(late: Duration) -> char {
    STEPS
        .iter()
        .find(|(_, limit)| late <= *limit)
        .map_or(BEYOND, |(block, _)| *block)
}

fn in_words(limit: Duration) -> String {
    if limit < Duration::from_secs(1) {
        format!("{} ms", limit.as_millis())
    } else {
        format!("{} s", limit.as_secs())
    }
}
