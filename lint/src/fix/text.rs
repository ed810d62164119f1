//! Offsets in the text of a file, insertions into it, and the offsets afterwards.

use std::ops::Range;

use proc_macro2::LineColumn;

/// The byte order mark, with which a file may begin. It is no code.
const ORDER: char = '\u{feff}';

/// The offset in bytes of a place. Its column counts characters.
pub(super) fn offset(text: &str, place: LineColumn) -> usize {
    let before = place.line.saturating_sub(1);
    let line = text.split_inclusive('\n').take(before).map(str::len).sum();
    let rest: &str = text.get(line..).unwrap_or_default();
    let skipped = if line == 0 { base(text) } else { 0 };
    let columns = rest[skipped.min(rest.len())..].chars().take(place.column);
    line + skipped + columns.map(char::len_utf8).sum::<usize>()
}

/// The line that has this offset.
pub(super) fn line_of(text: &str, at: usize) -> u32 {
    let before = text.get(..at).unwrap_or(text);
    u32::try_from(before.matches('\n').count() + 1).unwrap_or(u32::MAX)
}

/// The length of the byte order mark, if there is one.
fn base(text: &str) -> usize {
    text.strip_prefix(ORDER).map_or(0, |_| ORDER.len_utf8())
}

/// The code, with the offset at which it begins: after the byte order mark and a first line such as `#!/usr/bin/env`.
pub(super) fn code(text: &str) -> (usize, &str) {
    let begin = base(text);
    let rest = &text[begin..];
    let is_for_shell = rest.starts_with("#!") && !rest[2..].trim_start().starts_with('[');
    let skipped = if is_for_shell {
        rest.find('\n').unwrap_or(rest.len())
    } else {
        0
    };
    (begin + skipped, &rest[skipped..])
}

/// Texts to insert into a file.
#[derive(Debug, Default)]
pub(super) struct Insertions(Vec<Insertion>);

#[derive(Debug)]
struct Insertion {
    at: usize,
    text: String,
    /// The number of the function for which it is inserted.
    of: usize,
}

/// Where a byte of a changed file was.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Origin {
    At(usize),
    /// It was inserted, for that function.
    New(usize),
}

impl Insertions {
    pub(super) fn add(&mut self, at: usize, text: String, of: usize) {
        self.0.push(Insertion { at, text, of });
        // The sort is stable: insertions at one offset stay in their order.
        self.0.sort_by_key(|one| one.at);
    }

    pub(super) fn applied(&self, text: &str) -> String {
        let mut changed = String::new();
        let mut done = 0;
        for one in &self.0 {
            changed.push_str(&text[done..one.at]);
            changed.push_str(&one.text);
            done = one.at;
        }
        changed.push_str(&text[done..]);
        changed
    }

    pub(super) fn origin(&self, at: usize) -> Origin {
        let mut put_in = 0;
        for one in &self.0 {
            let begins = one.at + put_in;
            if at < begins {
                break;
            }
            if at < begins + one.text.len() {
                return Origin::New(one.of);
            }
            put_in += one.text.len();
        }
        Origin::At(at - put_in)
    }

    /// The functions for which something was put into those bytes of the changed file.
    pub(super) fn inside(&self, bytes: &Range<usize>) -> Vec<usize> {
        let mut put_in = 0;
        let mut found = Vec::new();
        for one in &self.0 {
            let begins = one.at + put_in;
            put_in += one.text.len();
            // Also an insertion that directly follows.
            if begins <= bytes.end && bytes.start < begins + one.text.len() {
                found.push(one.of);
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use proc_macro2::LineColumn;

    use super::{
        Insertions,
        Origin::{self, At, New},
        code, line_of, offset,
    };

    #[test]
    fn bytes_lead_back_to_where_they_were() {
        let mut insertions = Insertions::default();
        insertions.add(4, "CD".to_owned(), 1);
        insertions.add(2, "B".to_owned(), 7);
        assert_eq!(insertions.applied("aaaaee"), "aaBaaCDee");
        let origins: Vec<Origin> = (0..9).map(|at| insertions.origin(at)).collect();
        let expected = [
            At(0),
            At(1),
            New(7),
            At(2),
            At(3),
            New(1),
            New(1),
            At(4),
            At(5),
        ];
        assert_eq!(origins, expected);
        assert_eq!(insertions.inside(&(3..5)), [1]);
        assert_eq!(insertions.inside(&(0..9)), [7, 1]);
        assert_eq!(insertions.inside(&(7..9)), [0; 0]);
    }

    #[test]
    fn columns_count_characters_and_lines_end_in_two_ways() {
        let text = "\u{feff}é x\r\nä fn\r\n";
        let at = |line, column| &text[offset(text, LineColumn { line, column })..];
        assert_eq!(at(1, 2), "x\r\nä fn\r\n");
        assert_eq!(at(2, 2), "fn\r\n");
        assert_eq!(line_of(text, text.len() - 4), 2);
        assert_eq!(code("\u{feff}#!/bin/x\nfn"), (11, "\nfn"));
        assert_eq!(code("#![allow(x)]"), (0, "#![allow(x)]"));
    }
}
