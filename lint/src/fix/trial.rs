//! Tries the attribute in a copy of the files, with `.await` at each use of the function: only the compiler knows what compiles.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    path::PathBuf,
};

use super::{
    candidate::Candidate,
    changes::{ByFile, Change, insertions, remove_failed},
    files::{Files, lost},
    included::included,
    paths::Paths,
    uses::{Marks, Obstacle, Uses, uses},
};
use crate::{
    cargo::{CompileError, Copy, Packages, check},
    options::Options,
    program::Line,
};

/// What was done with each function.
#[derive(Debug, Default)]
pub(super) struct Tried {
    /// The functions that have the attribute now.
    pub(super) places: Vec<Line>,
    /// The lines that have `.await` now.
    pub(super) awaited: BTreeSet<Line>,
    /// The names of functions with uses that cannot be awaited, and these uses.
    pub(super) left: Vec<(String, BTreeSet<(Line, Obstacle)>)>,
    /// The functions that do not compile with the attribute, with the compiler's text.
    pub(super) refused: Vec<(Line, String)>,
}

/// Annotates the functions all of whose uses can be awaited. `code` are the source files of the workspace.
pub(super) fn annotate(
    candidates: Vec<Candidate>,
    files: Files,
    code: &[PathBuf],
    packages: &Packages,
    options: &Options,
) -> Result<Tried, String> {
    let mut tried = Tried::default();
    eprintln!("    Checking all uses in a copy of the workspace, whose files are links");
    let mut trial = Trial {
        copy: Copy::new(packages, code).map_err(lost)?,
        files,
        options,
        written: candidates.iter().map(|it| it.place.file.clone()).collect(),
    };
    let uses = trial.uses(&candidates, code, packages)?;
    let mut changes = Vec::new();
    for (candidate, Uses { calls, others, .. }) in candidates.into_iter().zip(uses) {
        if others.is_empty() {
            changes.push(Change { candidate, calls });
        } else {
            tried.left.push((candidate.name(), others));
        }
    }
    let texts = trial.accepted(&mut changes, &mut tried)?;
    trial.files.replace(&texts)?;
    for Change { candidate, calls } in changes {
        tried.places.push(candidate.place);
        let lines = calls.into_iter().map(|call| call.line);
        tried.awaited.extend(lines);
    }
    tried.places.sort();
    Ok(tried)
}

struct Trial<'a> {
    copy: Copy,
    files: Files,
    options: &'a Options,
    /// The files that are written into the copy and are not links.
    written: BTreeSet<PathBuf>,
}

impl Trial<'_> {
    fn uses(
        &mut self,
        of: &[Candidate],
        code: &[PathBuf],
        packages: &Packages,
    ) -> Result<Vec<Uses>, String> {
        let mut without = BTreeSet::new();
        let (marks, checked) = loop {
            let marks = Marks::new(of, &without, &mut self.files).map_err(lost)?;
            marks.write(&self.copy, &mut self.files).map_err(lost)?;
            let checked = check(self.options, &self.copy)?;
            let Some(first) = checked.errors.first() else {
                break (marks, checked);
            };
            let wrong = marks.with(&checked.errors);
            if wrong.is_empty() {
                return Err(cannot_compile(first, packages));
            }
            without.extend(wrong);
        };
        let mut found = uses(of, &marks, &checked, &mut self.files).map_err(lost)?;
        let mut included = included(code, &mut self.files);
        let is_markdown = |path: &&PathBuf| path.extension().is_some_and(|it| it == "md");
        included.extend(checked.read.iter().filter(is_markdown).cloned());
        let paths = Paths::new(code.iter().chain(&checked.read));
        for (number, (candidate, uses)) in of.iter().zip(&mut found).enumerate() {
            uses.add_hidden(candidate, code, &checked, &mut self.files);
            uses.add_examples(candidate, code, &included, &mut self.files);
            uses.add_other_paths(candidate, &paths);
            if without.contains(&number) {
                uses.others
                    .insert((candidate.place.clone(), Obstacle::OnlyOnce));
            }
        }
        Ok(found)
    }

    /// Removes the changes that do not compile, and returns the texts of the files with the remaining ones.
    fn accepted(
        &mut self,
        changes: &mut Vec<Change>,
        tried: &mut Tried,
    ) -> Result<BTreeMap<PathBuf, String>, String> {
        while !changes.is_empty() {
            let by_file = insertions(changes, &mut self.files).map_err(lost)?;
            let texts = self.write(&by_file).map_err(lost)?;
            // One error may hide others, so the loop continues until there are none.
            let errors = check(self.options, &self.copy)?.errors;
            if errors.is_empty() {
                return Ok(texts);
            }
            let out = remove_failed(changes, &errors, &by_file, &mut self.files).map_err(lost)?;
            let out = out.into_iter().map(|(it, text)| (it.place, text));
            tried.refused.extend(out);
        }
        Ok(BTreeMap::new())
    }

    /// Writes the copy: the user's files with these insertions, and without any from earlier trials.
    fn write(&mut self, by_file: &ByFile) -> io::Result<BTreeMap<PathBuf, String>> {
        self.written.extend(by_file.keys().cloned());
        let mut texts = BTreeMap::new();
        for path in &self.written {
            let text = self.files.text(path)?;
            let Some(insertions) = by_file.get(path) else {
                self.copy.write(path, &text)?;
                continue;
            };
            let changed = insertions.applied(&text);
            self.copy.write(path, &changed)?;
            texts.insert(path.clone(), changed);
        }
        Ok(texts)
    }
}

fn cannot_compile(error: &CompileError, packages: &Packages) -> String {
    let place = error.places.first().map(|it| {
        let file = it.file.strip_prefix(&packages.root).unwrap_or(&it.file);
        format!(" ({})", file.display())
    });
    format!(
        "nothing is changed, since `cargo check --workspace --all-targets` has to work first: {}{}",
        error.text,
        place.unwrap_or_default()
    )
}
