//! A line on stderr that says how far a long job is, for people only.

use std::{
    io::{IsTerminal, Write},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use crate::terminal;

/// Counts steps, and shows the count now and then if stderr is a terminal and the job takes long.
#[derive(Debug)]
pub struct Progress {
    what: String,
    total: Option<usize>,
    done: AtomicUsize,
    /// When to draw next; nothing when nobody watches.
    next: Option<Mutex<Instant>>,
}

impl Progress {
    /// Starts a count of the steps of `what`; nobody may know yet how many there will be.
    pub fn new(what: impl Into<String>, total: Option<usize>) -> Self {
        let next = std::io::stderr()
            .is_terminal()
            .then(|| Mutex::new(Instant::now() + PATIENCE));
        Self {
            what: what.into(),
            total,
            done: AtomicUsize::new(0),
            next,
        }
    }

    /// Counts one step.
    pub fn step(&self) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        // If another thread is drawing the line, there is nothing to add.
        let Some(Ok(mut next)) = self.next.as_ref().map(Mutex::try_lock) else {
            return;
        };
        if *next <= Instant::now() {
            *next = Instant::now() + PERIOD;
            let of = self.total.map_or(String::new(), |total| {
                format!(" of {total} ({} %)", done * 100 / total.max(1))
            });
            show(&format!("{}: {done}{of}", self.what));
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.next.is_some() {
            show("");
        }
    }
}

/// Long enough that short jobs show nothing.
const PATIENCE: Duration = Duration::from_millis(500);
const PERIOD: Duration = Duration::from_millis(100);

/// Replaces the line; a terminal that went away is no reason to stop. A line that does not fit is left out: two could not be replaced.
fn show(line: &str) {
    let fits = terminal::columns().is_none_or(|columns| line.chars().count() < columns);
    let line = if fits { line } else { "" };
    let _ = write!(std::io::stderr(), "\r\x1b[K{line}");
}
