//! Who ran when: a bar for each task and a row of heartbeats, on one time axis.

use std::{
    fmt::{self, Write as _},
    ops::Range,
    time::Duration,
};

use crate::{picture::column, terminal, ticker::Tick};

/// Rows that share one time axis, drawn by its `Display` as wide as the terminal allows.
#[derive(Debug)]
pub struct Timeline {
    length: Duration,
    rows: Vec<(String, Marks)>,
}

/// What a row shows.
#[derive(Debug)]
enum Marks {
    /// One bar.
    Busy(Range<Duration>),
    /// A mark for each moment.
    Beats(Vec<Duration>),
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
        self.rows
            .push((label.to_owned(), Marks::Busy(busy.clone())));
    }

    /// Adds a mark for every tick that came before the next one was due; where ticks were missed it stays empty.
    pub fn heartbeat(&mut self, label: &str, ticks: &[Tick], period: Duration) {
        let came = ticks.iter().filter(|tick| tick.late < period);
        let marks = Marks::Beats(came.map(|tick| tick.due).collect());
        self.rows.push((label.to_owned(), marks));
    }

    /// Draws it into `columns` of a terminal: beside the labels, or below each where there is no room.
    ///
    /// ```
    /// use std::time::Duration;
    /// use offload_examples::timeline::Timeline;
    ///
    /// let mut timeline = Timeline::new(Duration::from_secs(5));
    /// timeline.bar("toast", &(Duration::from_secs(3)..Duration::from_secs(5)));
    /// assert_eq!(timeline.draw(20), "  toast │      ████│\n        0     5.0 s\n");
    /// assert_eq!(timeline.draw(14), "  toast\n  │      ████│\n  0     5.0 s\n");
    /// ```
    #[must_use]
    pub fn draw(&self, columns: usize) -> String {
        let labels = self.rows.iter().map(|(label, _)| label.chars().count());
        let label = labels.max().unwrap_or(0);
        let (margin, beside) = match columns.checked_sub(label + 5) {
            Some(room) if room >= LEAST => (label + 3, true),
            _ => (2, false),
        };
        let room = columns.saturating_sub(margin + 2).clamp(1, MOST);
        let mut text = String::new();
        for (label, marks) in &self.rows {
            if beside {
                let _ = write!(text, "  {label:<width$}", width = margin - 2);
            } else {
                let _ = write!(text, "  {label}\n  ");
            }
            let _ = writeln!(text, "│{}│", self.row(marks, room));
        }
        let end = format!("{:.1} s", self.length.as_secs_f64());
        let _ = writeln!(text, "{:margin$}0{end:>room$}", "");
        text
    }

    fn row(&self, marks: &Marks, columns: usize) -> String {
        let mut row = vec![' '; columns];
        let place = |at| column(at, self.length, columns);
        match marks {
            Marks::Busy(busy) => {
                let from = place(busy.start).min(columns);
                let to = place(busy.end).max(from + 1).min(columns);
                row[from..to].fill('█');
            }
            Marks::Beats(beats) => {
                for beat in beats {
                    if let Some(mark) = row.get_mut(place(*beat)) {
                        *mark = '•';
                    }
                }
            }
        }
        row.into_iter().collect()
    }
}

impl fmt::Display for Timeline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.draw(terminal::columns().unwrap_or(usize::MAX)))
    }
}

/// How wide a row is at most, and at least where it is beside its label.
const MOST: usize = 75;
const LEAST: usize = 10;
