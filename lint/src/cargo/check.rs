//! Has the compiler check a copy of the packages.

use std::{
    io::BufReader,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use cargo_metadata::{
    Message,
    diagnostic::{Diagnostic, DiagnosticLevel, DiagnosticSpan},
};

use super::{Copy, command};
use crate::options::Options;

/// An error of the compiler.
#[derive(Debug)]
pub(crate) struct Mistake {
    pub(crate) text: String,
    /// Files of the user, with the lines in their copies. The place that matters most comes first.
    pub(crate) places: Vec<(PathBuf, usize)>,
}

/// The errors in the copy.
pub(crate) fn check(options: &Options, copy: &Copy) -> Result<Vec<Mistake>, String> {
    let mut cargo = command("check", options);
    cargo
        .args(["--keep-going", "--message-format=json"])
        .stderr(Stdio::null());
    let lost = |error| format!("cannot try the attribute: {error}");
    copy.offer(&mut cargo).map_err(lost)?;
    run(&mut cargo, copy).map_err(lost)
}

fn run(cargo: &mut Command, copy: &Copy) -> std::io::Result<Vec<Mistake>> {
    let mut child = cargo.spawn()?;
    let output = child.stdout.take().map(BufReader::new);
    let messages = output.map(Message::parse_stream).into_iter().flatten();
    let errors = messages.filter_map(|message| match message {
        Ok(Message::CompilerMessage(it)) if is_error(&it.message) => Some(it.message),
        _ => None,
    });
    let errors: Vec<Diagnostic> = errors.collect();
    if !child.wait()?.success() && errors.is_empty() {
        return Err(std::io::Error::other("`cargo check` fails"));
    }
    Ok(errors.iter().filter_map(|it| mistake(it, copy)).collect())
}

fn is_error(diagnostic: &Diagnostic) -> bool {
    let errors = [DiagnosticLevel::Error, DiagnosticLevel::Ice];
    errors.contains(&diagnostic.level)
}

/// Lints are none, also where they are denied, and neither is the sum at the end.
fn mistake(error: &Diagnostic, copy: &Copy) -> Option<Mistake> {
    let is_lint = |code: &str| !code.starts_with('E');
    if error.code.as_ref().is_some_and(|it| is_lint(&it.code)) || error.spans.is_empty() {
        return None;
    }
    let mut spans: Vec<&DiagnosticSpan> = error.spans.iter().collect();
    spans.sort_by_key(|span| !span.is_primary);
    let places = spans.into_iter().flat_map(around).filter_map(|span| {
        let file = copy.original(Path::new(&span.file_name))?;
        Some((file, span.line_start))
    });
    Some(Mistake {
        text: error.message.lines().next().unwrap_or_default().into(),
        places: places.collect(),
    })
}

/// The place, and those where the macros around it are called.
fn around(span: &DiagnosticSpan) -> impl Iterator<Item = &DiagnosticSpan> {
    std::iter::successors(Some(span), |it| it.expansion.as_ref().map(|it| &it.span))
}
