//! Plain words for a terminal.

use std::{fmt::Display, io::Write, panic, path::Path, process};

use crate::terminal;

/// Prints a line and shows it at once, as several lines in a terminal that is too narrow for it. A reader that went away, as `head`
/// does, is no reason to stop.
pub fn say(line: impl Display) {
    let mut line = line.to_string();
    if let Some(columns) = terminal::columns() {
        line = terminal::fit(&line, columns);
    }
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// From now on `println!` ends the program well when nobody reads what it prints, as behind `head`. It would panic.
pub fn end_unread() {
    let all_others = panic::take_hook();
    panic::set_hook(Box::new(move |told| {
        let text = told.payload().downcast_ref::<String>();
        if text.is_some_and(|it| it.starts_with("failed printing to stdout: Broken pipe")) {
            process::exit(0);
        }
        all_others(told);
    }));
}

/// Prints on stderr, after the name of the program, why it cannot continue. If that fails, only the exit code tells.
pub fn complain(program: &str, message: impl Display) {
    let _ = writeln!(std::io::stderr(), "{program}: {message}");
}

/// A number and what it counts, which takes an `s` when there is not exactly one.
///
/// ```
/// assert_eq!(offload_examples::say::count(2, "file"), "2 files");
/// ```
#[must_use]
pub fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// A path in quotes and on one line: bytes that are no text, or that a terminal would obey, are spelled out.
///
/// ```
/// assert_eq!(offload_examples::say::path("two\nlines".as_ref()), r#""two\nlines""#);
/// ```
#[must_use]
#[expect(
    clippy::unnecessary_debug_formatting,
    reason = "`display` passes control characters on"
)]
pub fn path(path: &Path) -> String {
    format!("{path:?}")
}
