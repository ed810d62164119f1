//! Tries the attribute in a copy of the files, with `.await` at each use of the function: only the compiler knows what it takes.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    path::PathBuf,
};

use super::{
    candidate::Candidate,
    changes::{ByFile, Change, insertions, take_out},
    files::{Files, lost},
    included::included,
    paths::Paths,
    uses::{Marks, Obstacle, Uses, uses},
};
use crate::{
    cargo::{Copy, Mistake, Packages, check},
    options::Options,
    program::Line,
};

/// What became of the functions.
#[derive(Debug, Default)]
pub(super) struct Tried {
    /// Those that have the attribute now.
    pub(super) places: Vec<Line>,
    /// The lines that have `.await` now.
    pub(super) awaited: BTreeSet<Line>,
    /// Those with uses that cannot be awaited.
    pub(super) left: Vec<(String, BTreeSet<(Line, Obstacle)>)>,
    /// Those that the compiler does not take, with what it says.
    pub(super) refused: Vec<(Line, String)>,
}

/// Annotates the functions all of whose uses can be awaited. `code` are the files of the workspace.
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
    /// What is no link in the copy.
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
            let Some(first) = checked.mistakes.first() else {
                break (marks, checked);
            };
            let wrong = marks.with(&checked.mistakes);
            if wrong.is_empty() {
                return Err(first_of_all(first, packages));
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

    /// Takes those out that do not compile, and returns the texts of the files with the others.
    fn accepted(
        &mut self,
        changes: &mut Vec<Change>,
        tried: &mut Tried,
    ) -> Result<BTreeMap<PathBuf, String>, String> {
        while !changes.is_empty() {
            let by_file = insertions(changes, &mut self.files).map_err(lost)?;
            let texts = self.write(&by_file).map_err(lost)?;
            // An error may keep the compiler from finding others.
            let mistakes = check(self.options, &self.copy)?.mistakes;
            if mistakes.is_empty() {
                return Ok(texts);
            }
            let out = take_out(changes, &mistakes, &by_file, &mut self.files).map_err(lost)?;
            let out = out.into_iter().map(|(it, text)| (it.place, text));
            tried.refused.extend(out);
        }
        Ok(BTreeMap::new())
    }

    /// Has the copy differ from the user's files by these insertions alone.
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

fn first_of_all(mistake: &Mistake, packages: &Packages) -> String {
    let place = mistake.places.first().map(|it| {
        let file = it.file.strip_prefix(&packages.root).unwrap_or(&it.file);
        format!(" ({})", file.display())
    });
    format!(
        "nothing is changed, since `cargo check --workspace --all-targets` has to work first: {}{}",
        mistake.text,
        place.unwrap_or_default()
    )
}
