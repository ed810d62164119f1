//! The reports that were made so far in this process.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, VecDeque},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use crate::{Blocked, How};

/// The reports about blocked workers of this process, of all watches. [`seen`] returns it.
///
/// ```
/// let seen = tokio_offload_watch::seen();
/// println!("{} reports, of {} functions", seen.reports, seen.functions.len());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Seen {
    /// How many reports there were.
    pub reports: u64,
    /// The last reports, at most 32, newest last.
    pub last: Vec<Blocked>,
    /// The functions that block, the one with most reports first. Reports of threads that had no processor are not counted
    /// here.
    pub functions: Vec<BlockingFunction>,
}

/// A function that has blocked workers.
///
/// ```
/// for told in tokio_offload_watch::seen().functions {
///     let name = told.function.as_deref().unwrap_or("unknown");
///     println!("{name}: {} reports, {:?} at most", told.reports, told.longest);
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BlockingFunction {
    /// Its name. The entry with `None` stands for all functions whose name could not be found.
    pub function: Option<String>,
    /// Its file.
    pub file: Option<String>,
    /// The line in that file, in the last report.
    pub line: Option<u32>,
    /// What it called there, in the last report.
    pub calls: Option<String>,
    /// Whether it was computing in the last report.
    pub computes: bool,
    /// How many reports there were.
    pub reports: u64,
    /// The longest time in a report. A report is made while the function still blocks, so it may have blocked longer.
    pub longest: Duration,
}

/// The reports so far.
///
/// ```
/// for report in tokio_offload_watch::seen().last {
///     println!("{report}");
/// }
/// ```
pub fn seen() -> Seen {
    let book = BOOK.lock().unwrap_or_else(PoisonError::into_inner);
    Seen {
        reports: book.reports,
        last: book.last.iter().cloned().collect(),
        functions: book.functions(),
    }
}

const KEPT: usize = 32;

struct Book {
    reports: u64,
    last: VecDeque<Blocked>,
    /// The reports by name and file. There are at most as many as the program has functions.
    functions: BTreeMap<Key, BlockingFunction>,
}

type Key = (Option<String>, Option<String>);

static BOOK: Mutex<Book> = Mutex::new(Book {
    reports: 0,
    last: VecDeque::new(),
    functions: BTreeMap::new(),
});

pub(crate) fn remember(report: &Blocked) {
    let mut book = BOOK.lock().unwrap_or_else(PoisonError::into_inner);
    book.remember(report);
}

impl Book {
    fn remember(&mut self, report: &Blocked) {
        self.reports += 1;
        if self.last.len() == KEPT {
            self.last.pop_front();
        }
        self.last.push_back(report.clone());
        if matches!(report.how, How::NotScheduled { .. }) {
            return;
        }
        let key = (report.function.clone(), report.file.clone());
        let known = self.functions.get(&key);
        let function = BlockingFunction {
            function: report.function.clone(),
            file: report.file.clone(),
            line: report.line,
            calls: report.calls.clone(),
            computes: report.how == How::Computing,
            reports: known.map_or(0, |known| known.reports) + 1,
            longest: known.map_or(report.after, |known| known.longest.max(report.after)),
        };
        self.functions.insert(key, function);
    }

    fn functions(&self) -> Vec<BlockingFunction> {
        let mut all: Vec<_> = self.functions.values().cloned().collect();
        all.sort_by_key(|one| Reverse(one.reports));
        all
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Blocked, Book, How, KEPT};

    fn report(function: &str, how: How, ms: u64) -> Blocked {
        Blocked {
            function: Some(function.into()),
            ..Blocked::new(Some(1), how, Duration::from_millis(ms))
        }
    }

    #[test]
    fn functions_are_counted_and_the_machine_is_none() {
        let mut book = Book {
            reports: 0,
            last: [].into(),
            functions: [].into(),
        };
        let waiting = How::Waiting { syscall: "futex" };
        book.remember(&report("app::load", How::Computing, 100));
        for ms in [101, 300, 102] {
            book.remember(&report("app::ask", waiting, ms));
        }
        book.remember(&report("app::ask", How::NotScheduled { percent: 90 }, 900));
        book.remember(&Blocked::new(
            Some(0),
            How::Unknown,
            Duration::from_millis(1),
        ));
        let functions = book.functions();
        let told: Vec<_> = functions
            .iter()
            .map(|it| (it.function.as_deref(), it.reports, it.longest.as_millis()))
            .collect();
        let expected = [
            (Some("app::ask"), 3, 300),
            (None, 1, 1),
            (Some("app::load"), 1, 100),
        ];
        assert_eq!(told, expected);
        assert!(functions[2].computes && !functions[0].computes);
        assert_eq!(book.reports, 6);
        for _ in 0..KEPT * 2 {
            book.remember(&report("app::ask", waiting, 1));
        }
        assert_eq!(book.last.len(), KEPT);
    }
}
