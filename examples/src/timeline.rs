//! Who ran when: a bar for each task and a row of heartbeats, on one time axis.

use std::{fmt, ops::Range, time::Duration};

use crate::{picture::column, ticker::Tick};

/// Rows that share one time axis, drawn by its `Display`.
#[derive(Debug)]
pub struct Timeline {
    length: Duration,
    rows: Vec<(String, String)>,
}

impl Timeline {
    /// An empty drawing whose right edge is at `length`.
    #[must_use]
    pub fn new(length: Duration) -> Self {
        Self {
            length,
            rows: Vec::new(),
        }
    }

    /// Adds a bar that covers `busy`.
    pub fn bar(&mut self, label: &str, busy: &Range<Duration>) {
        let (from, to) = (self.column(busy.start), self.column(busy.end));
        let row = (0..COLUMNS).map(|at| {
            if (from..to.max(from + 1)).contains(&at) {
                '█'
            } else {
                ' '
            }
        });
        self.rows.push((label.to_owned(), row.collect()));
    }

    /// Adds a mark for every tick that came before the next one was due; where ticks were missed it stays empty.
    pub fn heartbeat(&mut self, label: &str, ticks: &[Tick], period: Duration) {
        let mut row = vec![' '; COLUMNS];
        for tick in ticks.iter().filter(|tick| tick.late < period) {
            if let Some(mark) = row.get_mut(self.column(tick.due)) {
                *mark = '•';
            }
        }
        self.rows
            .push((label.to_owned(), row.into_iter().collect()));
    }

    fn column(&self, at: Duration) -> usize {
        column(at, self.length, COLUMNS)
    }
}

impl fmt::Display for Timeline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self
            .rows
            .iter()
            .map(|(label, _)| label.chars().count())
            .max()
            .unwrap_or(0);
        for (label, row) in &self.rows {
            writeln!(f, "  {label:<width$} │{row}│")?;
        }
        let end = format!("{:.1} s", self.length.as_secs_f64());
        writeln!(f, "  {:<width$} 0{end:>edge$}", "", edge = COLUMNS)
    }
}

const COLUMNS: usize = 75;
