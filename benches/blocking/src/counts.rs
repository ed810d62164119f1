//! Counts what the reports of one build name: one line of numbers, which the program that made the build reads.

use std::fmt;

use tokio_offload_watch::Blocked;

use crate::{
    culprits::Culprit,
    tables::{Flavor, innocents, is_starved, told_of},
};

/// What is counted, in the order of the numbers.
pub(crate) const COLUMNS: [&str; 8] = [
    "told once",
    "with its line",
    "its line",
    "its name",
    "the one around it",
    "another crate's",
    "nothing",
    "innocents",
];

/// The counts, and how many culprits got no processor, which is told of them and nothing else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    numbers: [usize; COLUMNS.len()],
    starved: usize,
}

/// Runs all culprits and innocents.
pub(crate) fn counts() -> Counts {
    let mut all = Counts::default();
    for flavor in [Flavor::Several, Flavor::Single] {
        for culprit in crate::culprits::culprits() {
            all.add(&culprit, &told_of(&culprit, flavor));
        }
    }
    all.numbers[COLUMNS.len() - 1] = innocents().reports;
    all
}

impl Counts {
    fn add(&mut self, culprit: &Culprit, reports: &[Blocked]) {
        if !reports.is_empty() && reports.iter().all(is_starved) {
            self.starved += 1;
            return;
        }
        self.numbers[0] += usize::from(reports.len() == 1);
        if let Some(first) = reports.first() {
            self.numbers[named(culprit, first)] += 1;
        }
    }

    /// The numbers, in the order of [`COLUMNS`].
    pub(crate) fn numbers(&self) -> [usize; COLUMNS.len()] {
        self.numbers
    }

    /// How many culprits got no processor.
    pub(crate) fn starved(&self) -> usize {
        self.starved
    }

    /// Reads the line that [`Counts`] is printed as.
    pub(crate) fn read(line: &str) -> Option<Self> {
        let numbers: Option<Vec<usize>> = line.split(' ').map(|it| it.parse().ok()).collect();
        let (starved, numbers) = numbers?
            .split_last()
            .map(|(last, all)| (*last, all.to_vec()))?;
        Some(Self {
            numbers: numbers.try_into().ok()?,
            starved,
        })
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for number in self.numbers {
            write!(f, "{number} ")?;
        }
        write!(f, "{}", self.starved)
    }
}

/// The column that a report belongs to.
fn named(culprit: &Culprit, report: &Blocked) -> usize {
    let place = report.place().unwrap_or_default();
    let has_line = place.contains("src/culprits.rs:");
    let Some(name) = &report.function else {
        return 6;
    };
    let is_it = name.rsplit("::").next() == Some(culprit.function);
    match (is_it, has_line) {
        (true, true) => 1,
        (false, true) => 2,
        (true, false) => 3,
        (false, false) if name.contains("offload_blocking::") => 4,
        (false, false) => 5,
    }
}
