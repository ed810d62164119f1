//! `--fix`: puts the attribute on functions and `.await` after their calls, where that is safe.
//!
//! Functions:
//!
//! - `candidate`: a function that may get the attribute. `safe`: whether the attribute accepts its signature.
//! - `trial`: tries it in a copy, with the `changes` that it needs. `summary`: says what was done.
//!
//! Uses of a function, of which each must be awaited:
//!
//! - `uses`: finds them with the compiler. `hidden`: in code that it may not have seen. `examples`: in examples, also of files that are
//!   `included`. `paths`: files with several paths.
//! - `calls`: which calls can be awaited, by a `walk` through the code that knows which `guards` are held, of which `locks`.
//!
//! Files:
//!
//! - `files`: their texts. `text`: offsets and insertions. `new_version`: replaces a file at once.
//!
//! May import `cargo`, `function`, `options`, `program`, `search` and `source`.

mod calls;
mod candidate;
mod changes;
mod examples;
mod files;
mod guards;
mod hidden;
mod included;
mod locks;
mod new_version;
mod paths;
mod safe;
mod summary;
mod text;
mod trial;
mod uses;
mod walk;

use std::collections::BTreeSet;

use candidate::Candidate;
use files::{Files, lost};
use safe::is_safe;
pub(crate) use uses::Obstacle;

use crate::{
    cargo::Packages,
    options::Options,
    program::Line,
    search::{Finding, Remedy},
    source::Sources,
};

/// What `--fix` has done.
#[derive(Debug, Default)]
pub(crate) struct Fixed {
    /// The functions that have the attribute now.
    pub(crate) places: Vec<Line>,
    /// The lines of their calls, which have `.await` now.
    pub(crate) awaited: BTreeSet<Line>,
    /// The names of functions that were left, because these uses of them cannot be awaited.
    pub(crate) left: Vec<(String, BTreeSet<(Line, Obstacle)>)>,
    /// Functions that do not compile with the attribute, with the compiler's text.
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
    let (candidates, lacking) = candidates(findings, sources, packages);
    if candidates.is_empty() {
        return Ok(Fixed {
            lacking,
            ..Fixed::default()
        });
    }
    let mut files = Files::new(&packages.with_dashmap);
    for Candidate { place, .. } in &candidates {
        let lines = &sources.file(&place.file).lines;
        files.check(&place.file, lines).map_err(lost)?;
    }
    let code = [sources.all_files(), packages.files_of_dependents()].concat();
    let tried = trial::annotate(candidates, files, &code, packages, options)?;
    Ok(Fixed {
        places: tried.places,
        awaited: tried.awaited,
        left: tried.left,
        refused: tried.refused,
        lacking,
    })
}

/// The functions whose signatures the attribute accepts, and those of packages that do not depend on its crate.
fn candidates(
    findings: &[Finding],
    sources: &mut Sources,
    packages: &Packages,
) -> (Vec<Candidate>, Vec<Line>) {
    let wanted: BTreeSet<Line> = findings.iter().filter_map(annotatable).cloned().collect();
    let mut candidates: Vec<Candidate> = Vec::new();
    let mut lacking = Vec::new();
    for line in wanted {
        let function = sources.function(&line).filter(is_safe);
        let Some(function) = function.filter(|it| sources.is_alone(it, &line.file)) else {
            continue;
        };
        let place = Line {
            line: u32::try_from(function.first_line).unwrap_or(u32::MAX),
            ..line
        };
        match packages.name_of_ours(&place.file) {
            None => lacking.push(place),
            Some(_) if candidates.iter().any(|it| it.place == place) => {}
            Some(crate_) => candidates.push(Candidate {
                crate_: crate_.to_owned(),
                place,
                function,
            }),
        }
    }
    (candidates, lacking)
}

fn annotatable(finding: &Finding) -> Option<&Line> {
    match &finding.remedy {
        Remedy::Annotate {
            line,
            has_sync_callers: false,
            ..
        } => Some(line),
        _ => None,
    }
}
