//! Reports: for people in the style of rustc, and for programs as JSON and SARIF.
//!
//! `contents` is what every report says; `text`, `json` and `sarif` are its formats.
//!
//! May import `allow`, `options`, `program`, `search`, `source` and `table`.

mod contents;
mod json;
mod sarif;
mod text;

pub(crate) use contents::Report;

use crate::{options::Format, source::Sources, table::Group};

impl Report<'_> {
    pub(crate) fn render(&self, format: Format, sources: &mut Sources) -> String {
        match format {
            Format::Text => text::render(self, sources),
            Format::Json => json::render(self),
            Format::Sarif => sarif::render(self),
        }
    }
}

/// The explanation of a group, for `--explain`.
pub(crate) fn explain(group: &Group) -> String {
    let level = match group.level {
        1 => "1: waits without bound",
        2 => "2: waits for a disk",
        3 => "3: computes for long",
        _ => "4: may have to wait for others",
    };
    let mut text = format!(
        "{} (level {level})\n\n{}\nInstead: {}.\n\nFunctions:\n",
        group.id, group.reason, group.help
    );
    for function in &group.functions {
        text.push_str("  ");
        text.push_str(function);
        text.push('\n');
    }
    text
}
