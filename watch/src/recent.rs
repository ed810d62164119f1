//! What was told so far in this process.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};

use crate::Blocked;

/// What was told about blocked workers of this process, by every watch.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Seen {
    /// How many reports there were.
    pub reports: u64,
    /// The last of them, newest last, at most 32.
    pub last: Vec<Blocked>,
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
    }
}

const KEPT: usize = 32;

struct Book {
    reports: u64,
    last: VecDeque<Blocked>,
}

static BOOK: Mutex<Book> = Mutex::new(Book {
    reports: 0,
    last: VecDeque::new(),
});

pub(crate) fn remember(report: &Blocked) {
    let mut book = BOOK.lock().unwrap_or_else(PoisonError::into_inner);
    book.reports += 1;
    if book.last.len() == KEPT {
        book.last.pop_front();
    }
    book.last.push_back(report.clone());
}
