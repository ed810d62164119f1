//! `--fix`: puts the attribute on functions where that is safe. The compiler then names the calls that need `.await`.
//!
//! May import `cargo`, `function`, `options`, `program`, `search` and `source`.

mod discards;
mod safe;
mod trial;

use std::{collections::BTreeSet, fs, io, path::PathBuf};

use discards::{Wanted, discards, is_quiet};
use safe::is_safe;
use trial::Candidate;

use crate::{
    cargo::{self, Packages},
    options::Options,
    program::Line,
    search::{Finding, WayOut},
    source::Sources,
};

/// What `--fix` has done.
#[derive(Debug, Default)]
pub(crate) struct Fixed {
    /// The functions that have the attribute now.
    pub(crate) places: Vec<Line>,
    /// The names of functions that were left, because the compiler would not name these calls of theirs.
    pub(crate) left: Vec<(String, Vec<Line>)>,
    /// Functions that the attribute does not take, with what the compiler says.
    pub(crate) refused: Vec<(Line, String)>,
    /// Functions of packages that do not depend on the attribute's crate.
    pub(crate) lacking: Vec<Line>,
}

/// Annotates the functions that can be annotated.
pub(crate) fn apply(
    findings: &[Finding],
    sources: &mut Sources,
    packages: &Packages,
    options: &Options,
) -> Result<Fixed, String> {
    let mut fixed = Fixed::default();
    let mut candidates = candidates(findings, sources, packages, &mut fixed);
    fixed.refused = trial::refused(&mut candidates, sources, packages, options)?;
    candidates.sort_by(|a, b| a.place.cmp(&b.place));
    // From the end, so that the lines before stay where they are.
    for candidate in candidates.iter().rev() {
        let done = insert(&candidate.place, &candidate.crate_);
        done.map_err(|error| format!("cannot change a file: {error}"))?;
    }
    fixed.places = candidates.into_iter().map(|it| it.place).collect();
    Ok(fixed)
}

/// The functions that the attribute takes as far as their signatures and calls show. What is left of the others is added to `fixed`.
fn candidates(
    findings: &[Finding],
    sources: &mut Sources,
    packages: &Packages,
    fixed: &mut Fixed,
) -> Vec<Candidate> {
    let wanted: BTreeSet<Line> = findings.iter().filter_map(annotatable).cloned().collect();
    let is_quiet = is_quiet_anywhere(sources, packages);
    let mut candidates: Vec<Candidate> = Vec::new();
    for line in wanted {
        let function = sources.function(&line).filter(is_safe);
        let Some(function) = function.filter(|it| sources.is_alone(it, &line.file)) else {
            continue;
        };
        let wanted = Wanted {
            name: function.signature.ident.to_string(),
            is_method: function.signature.receiver().is_some(),
        };
        let calls = silent_calls(&wanted, is_quiet, sources);
        let place = Line {
            line: u32::try_from(function.first_line).unwrap_or(u32::MAX),
            ..line
        };
        match packages.name_of_ours(&place.file) {
            _ if !calls.is_empty() => fixed.left.push((wanted.name, calls)),
            None => fixed.lacking.push(place),
            Some(_) if candidates.iter().any(|it| it.place == place) => {}
            Some(crate_) => candidates.push(Candidate {
                crate_: crate_.to_owned(),
                place,
                function,
            }),
        }
    }
    candidates
}

/// The calls of functions of that name that might do nothing, without a word of the compiler. They may be in code that is not
/// part of an examined program.
fn silent_calls(wanted: &Wanted, is_quiet: bool, sources: &mut Sources) -> Vec<Line> {
    let files = sources.all_files();
    let calls = files.iter().flat_map(|path| {
        let text = sources.file(path).lines.join("\n");
        let lines = discards(wanted, &text, is_quiet);
        lines.into_iter().map(|line| Line {
            file: path.clone(),
            line,
        })
    });
    calls.collect()
}

/// Whether the compiler is told, for a whole crate, not to warn of futures that nobody awaits.
fn is_quiet_anywhere(sources: &mut Sources, packages: &Packages) -> bool {
    let folders = packages.folders.iter().chain(&packages.other);
    let manifests = folders.chain([&packages.root]);
    let mut files = sources.all_files();
    files.extend(manifests.map(|folder| folder.join("Cargo.toml")));
    let is_written = |path: &PathBuf| {
        let lines = &sources.file(path).lines;
        lines.iter().any(|line| is_quiet(line))
    };
    cargo::are_quiet() || files.iter().any(is_written)
}

fn annotatable(finding: &Finding) -> Option<&Line> {
    match &finding.way_out {
        WayOut::Annotate {
            line,
            has_sync_callers: false,
            ..
        } => Some(line),
        _ => None,
    }
}

fn insert(place: &Line, name: &str) -> io::Result<()> {
    let text = fs::read_to_string(&place.file)?;
    fs::write(&place.file, annotated(&text, place.line, name))
}

/// `text` with the attribute of the crate `name` above `line`, with the same indentation and line ending. The full path needs no import.
fn annotated(text: &str, line: u32, name: &str) -> String {
    let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
    let at = (line as usize).saturating_sub(1).min(lines.len());
    let line = lines.get(at).copied().unwrap_or_default();
    let indent = &line[..line.len() - line.trim_start().len()];
    let end = if line.ends_with("\r\n") { "\r\n" } else { "\n" };
    let attribute = format!("{indent}#[{name}::offload]{end}");
    lines.insert(at, &attribute);
    lines.concat()
}

#[cfg(test)]
mod tests {
    use super::annotated;

    #[test]
    fn a_line_is_indented_and_ended_as_the_one_below() {
        let changed = annotated("mod a {\r\n    fn f() {}\r\n}\r\n", 2, "aside");
        let attribute = "    #[aside::offload]\r\n    fn f() {}\r\n";
        assert_eq!(changed, format!("mod a {{\r\n{attribute}}}\r\n"));
        assert_eq!(
            annotated("fn f() {}", 1, "tokio_offload"),
            "#[tokio_offload::offload]\nfn f() {}"
        );
    }
}
