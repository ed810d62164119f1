//! The contents of a report, in every format.

use std::path::Path;

use crate::{
    program::Line,
    search::{Finding, Remedy},
    table::Table,
};

/// The contents of a report.
pub(crate) struct Report<'a> {
    pub(crate) root: &'a Path,
    pub(crate) table: &'a Table,
    pub(crate) findings: &'a [Finding],
    /// Allowances that allowed nothing.
    pub(crate) unused: &'a [String],
}

impl Report<'_> {
    /// The advice for one finding.
    pub(crate) fn help(&self, finding: &Finding) -> String {
        let instead = self
            .table
            .group(&finding.id)
            .map_or("", |group| &group.help);
        match &finding.remedy {
            Remedy::Instead => {
                format!("{instead}, or `tokio_offload::run(move || ..).await` around the call")
            }
            Remedy::Pointed => {
                "`tokio_offload::run(move || ..).await` around the call through the pointer"
                    .to_owned()
            }
            Remedy::Dropped => {
                "`Drop` cannot await: do it in an async method that is called before, or `tokio_offload::run(move || drop(..)).await`"
                    .to_owned()
            }
            Remedy::Around(function) => {
                format!(
                    "`tokio_offload::run(move || {}(..)).await`",
                    called(function)
                )
            }
            Remedy::Inside(future) => {
                format!(
                    "`{future}` blocks inside of its own code: await something else, or tell its authors"
                )
            }
            Remedy::Offloaded(function) => {
                format!(
                    "`{function}` is offloaded already: call that, or its handle, and `.await` it"
                )
            }
            Remedy::Annotate {
                function,
                line,
                has_sync_callers,
            } => self.annotate(last(function), line, *has_sync_callers),
        }
    }

    fn annotate(&self, name: &str, line: &Line, has_sync_callers: bool) -> String {
        let place = crate::allow::place(line, self.root);
        if has_sync_callers {
            format!(
                "put `#[offload(blocking = blocking_{name})]` on `fn {name}` ({place}), `.await` it in async code, \
                 and call `blocking_{name}` elsewhere"
            )
        } else {
            format!("put `#[offload]` on `fn {name}` ({place}) and `.await` its calls")
        }
    }
}

/// How code calls it: a method of a trait by its name alone.
fn called(function: &str) -> String {
    match function.rsplit_once(">::") {
        Some((_, method)) => format!("it.{method}"),
        None => function.to_owned(),
    }
}

/// The last part of a path.
fn last(path: &str) -> &str {
    path.rsplit("::").next().unwrap_or(path)
}
