//! A function that may get the attribute.

use super::text::offset;
use crate::{function::Function, program::Line};

#[derive(Debug)]
pub(super) struct Candidate {
    /// Its first line.
    pub(super) place: Line,
    pub(super) function: Function,
    /// How its package names the attribute's crate.
    pub(super) crate_: String,
}

impl Candidate {
    pub(super) fn name(&self) -> String {
        self.function.signature.ident.to_string()
    }

    /// Where the attribute is inserted, and its text: a line with the indentation and line ending of the function's. The full path needs
    /// no import.
    pub(super) fn attribute(&self, text: &str) -> (usize, String) {
        let mut start = self.function.start();
        start.column = 0;
        let at = offset(text, start);
        let line = text[at..].split_inclusive('\n').next().unwrap_or_default();
        let indent = &line[..line.len() - line.trim_start().len()];
        let end = if line.ends_with("\r\n") { "\r\n" } else { "\n" };
        (at, format!("{indent}#[{}::offload]{end}", self.crate_))
    }

    /// Whether that byte of its file is inside the function.
    pub(super) fn has(&self, text: &str, at: usize) -> bool {
        (offset(text, self.function.top)..offset(text, self.function.end)).contains(&at)
    }
}
