//! Reports: for people in the style of rustc, and for programs as JSON and SARIF.

mod json;
mod sarif;
mod text;

use std::path::Path;

use crate::{
    options::Format,
    search::{Finding, WayOut},
    source::Sources,
    table::{Group, Table},
};

/// All that a report tells.
pub(crate) struct Report<'a> {
    pub(crate) root: &'a Path,
    pub(crate) table: &'a Table,
    pub(crate) findings: &'a [Finding],
    /// Allowances that allowed nothing.
    pub(crate) unused: &'a [String],
}

impl Report<'_> {
    pub(crate) fn render(&self, format: Format, sources: &mut Sources) -> String {
        match format {
            Format::Text => text::render(self, sources),
            Format::Json => json::render(self),
            Format::Sarif => sarif::render(self),
        }
    }

    fn help(&self, finding: &Finding) -> String {
        let instead = self
            .table
            .group(&finding.id)
            .map_or("", |group| &group.help);
        match &finding.way_out {
            WayOut::Instead => {
                format!("{instead}, or `tokio_offload::run(move || ..).await` around the call")
            }
            WayOut::Around(function) => {
                format!("`tokio_offload::run(move || {function}(..)).await`")
            }
            WayOut::Annotate {
                function,
                line,
                has_sync_callers,
            } => {
                let name = last(function);
                let place = crate::allow::place(line, self.root);
                if *has_sync_callers {
                    format!(
                        "put `#[offload(blocking = blocking_{name})]` on `fn {name}` ({place}), `.await` it in async code, \
                         and call `blocking_{name}` elsewhere"
                    )
                } else {
                    format!("put `#[offload]` on `fn {name}` ({place}) and `.await` its calls")
                }
            }
        }
    }
}

/// The last part of a path.
fn last(path: &str) -> &str {
    path.rsplit("::").next().unwrap_or(path)
}

/// What a group is about, for `--explain`.
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
