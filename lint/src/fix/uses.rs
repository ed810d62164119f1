//! Every use of the functions that may get the attribute. The compiler finds them: in the copy the functions are marked as deprecated.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    path::{Path, PathBuf},
};

use super::{
    candidate::Candidate,
    examples::{in_comments, in_markdown},
    files::Files,
    hidden::hidden,
    paths::Paths,
    text::{Insertions, Origin, line_of, offset},
};
use crate::{
    cargo::{Checked, CompileError, Copy, MARK, Use},
    program::Line,
};

/// The uses of a function.
#[derive(Debug, Default)]
pub(super) struct Uses {
    /// The ends of calls, where `.await` has to be written.
    pub(super) calls: BTreeSet<Spot>,
    /// The uses that cannot be awaited.
    pub(super) others: BTreeSet<(Line, Obstacle)>,
    /// Where it is named.
    names: BTreeSet<(PathBuf, usize)>,
}

/// A place in a user's file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Spot {
    pub(super) line: Line,
    pub(super) at: usize,
}

/// Why a use cannot be awaited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Obstacle {
    NotAsync,
    NotACall,
    InAMacro,
    NotInAFile,
    InItself,
    PerhapsNotCompiled,
    InAnExample,
    OtherPath,
    OnlyOnce,
    UnderAGuard,
}

/// The marks in each file.
#[derive(Debug)]
pub(super) struct Marks(BTreeMap<PathBuf, Insertions>);

impl Marks {
    /// Marks each function with its number, except for those in `without`.
    pub(super) fn new(
        candidates: &[Candidate],
        without: &BTreeSet<usize>,
        files: &mut Files,
    ) -> io::Result<Self> {
        let mut all: BTreeMap<PathBuf, Insertions> = BTreeMap::new();
        for (number, candidate) in candidates.iter().enumerate() {
            let text = files.text(&candidate.place.file)?;
            let marks = all.entry(candidate.place.file.clone()).or_default();
            if without.contains(&number) {
                continue;
            }
            let mark = format!("#[deprecated(note = \"{MARK}{number}\")] ");
            marks.add(offset(&text, candidate.function.start()), mark, number);
            if let Some(copy) = unmarked_copy(candidate, &text) {
                marks.add(offset(&text, candidate.function.end), copy, number);
            }
        }
        Ok(Self(all))
    }

    pub(super) fn write(&self, copy: &Copy, files: &mut Files) -> io::Result<()> {
        self.0.iter().try_for_each(|(path, marks)| {
            let text = files.text(path)?;
            copy.write(path, &marks.applied(&text))
        })
    }

    /// The numbers of the functions whose marks have errors.
    pub(super) fn with(&self, errors: &[CompileError]) -> BTreeSet<usize> {
        let places = errors.iter().flat_map(|error| &error.places);
        let origins = places.map(|place| self.origin(&place.file, place.bytes.start));
        let numbers = origins.filter_map(|origin| match origin {
            Origin::New(number) => Some(number),
            Origin::At(_) => None,
        });
        numbers.collect()
    }

    fn origin(&self, file: &Path, at: usize) -> Origin {
        let marks = self.0.get(file);
        marks.map_or(Origin::At(at), |marks| marks.origin(at))
    }
}

/// A copy of the function without the mark: the compiler does not warn of uses inside a function that is itself deprecated.
fn unmarked_copy(candidate: &Candidate, text: &str) -> Option<String> {
    let function = &candidate.function;
    let name = &function.signature.ident;
    let part = |from, to| &text[offset(text, from)..offset(text, to)];
    let body = part(name.span().end(), function.end);
    let head = part(function.top, name.span().start());
    let line = function.first_line;
    let is_named = body.contains(&name.to_string());
    is_named.then(|| format!("\n{head}{name}_twin_{line}{body}\n"))
}

/// The uses of each function.
pub(super) fn uses(
    candidates: &[Candidate],
    marks: &Marks,
    checked: &Checked,
    files: &mut Files,
) -> io::Result<Vec<Uses>> {
    let mut all: Vec<Uses> = candidates.iter().map(|_| Uses::default()).collect();
    for one in &checked.uses {
        if let (Some(candidate), Some(uses)) = (candidates.get(one.number), all.get_mut(one.number))
        {
            uses.add(one, candidate, marks, files)?;
        }
    }
    Ok(all)
}

impl Uses {
    fn add(
        &mut self,
        use_: &Use,
        of: &Candidate,
        marks: &Marks,
        files: &mut Files,
    ) -> io::Result<()> {
        let Some(place) = &use_.place else {
            self.others.insert((of.place.clone(), Obstacle::NotInAFile));
            return Ok(());
        };
        let at = match marks.origin(&place.file, place.bytes.start) {
            Origin::At(at) => at,
            Origin::New(number) if number == use_.number => {
                self.others.insert((of.place.clone(), Obstacle::InItself));
                return Ok(());
            }
            // In the unmarked copy of a function. The function itself has the same use.
            Origin::New(_) => return Ok(()),
        };
        let calls = files.calls(&place.file)?;
        let line = line(&place.file, &files.text(&place.file)?, at);
        self.names.insert((place.file.clone(), at));
        let call = calls.all.iter().find(|it| it.name.contains(&at));
        let why = match call {
            _ if use_.is_generated => Obstacle::InAMacro,
            Some(call) if call.is_async && call.is_guarded => Obstacle::UnderAGuard,
            Some(call) if call.is_async => {
                self.calls.insert(Spot { line, at: call.end });
                return Ok(());
            }
            Some(_) => Obstacle::NotAsync,
            None if calls.imports.iter().any(|it| it.contains(&at)) => return Ok(()),
            None => Obstacle::NotACall,
        };
        self.others.insert((line, why));
        Ok(())
    }

    /// Adds the changes to files that have several paths as obstacles, since each file is checked under one path only.
    pub(super) fn add_other_paths(&mut self, of: &Candidate, paths: &Paths) {
        let calls = self.calls.iter().map(|call| &call.line);
        for line in calls.chain([&of.place]) {
            if paths.has_other(&line.file) {
                self.others.insert((line.clone(), Obstacle::OtherPath));
            }
        }
    }

    /// Adds the uses that the compiler may not have seen.
    pub(super) fn add_hidden(
        &mut self,
        of: &Candidate,
        code: &[PathBuf],
        checked: &Checked,
        files: &mut Files,
    ) {
        let name = of.function.signature.ident.to_string();
        let is_method = of.function.signature.receiver().is_some();
        for path in code {
            let is_read = checked.read.contains(path);
            // A file that is not UTF-8 is no code.
            let Ok(text) = files.text(path) else {
                continue;
            };
            let own = offset(&text, of.function.signature.ident.span().start());
            for at in hidden(&name, is_method, &text, is_read) {
                let is_itself = of.place.file == *path && at == own;
                if !is_itself && !self.names.contains(&(path.clone(), at)) {
                    let line = line(path, &text, at);
                    self.others.insert((line, Obstacle::PerhapsNotCompiled));
                }
            }
        }
    }
}

impl Uses {
    /// Adds the uses in examples, which the compiler sees only as tests. `code` are the source files of the workspace, and `included` the
    /// texts that they include.
    pub(super) fn add_examples(
        &mut self,
        of: &Candidate,
        code: &[PathBuf],
        included: &BTreeSet<PathBuf>,
        files: &mut Files,
    ) {
        let name = of.function.signature.ident.to_string();
        let is_method = of.function.signature.receiver().is_some();
        for path in code.iter().chain(included) {
            // A file that is not UTF-8 has no examples.
            let Ok(text) = files.text(path) else {
                continue;
            };
            let find = if included.contains(path) {
                in_markdown
            } else {
                in_comments
            };
            for at in find(&name, is_method, &text) {
                let line = line(path, &text, at);
                self.others.insert((line, Obstacle::InAnExample));
            }
        }
    }
}

fn line(file: &Path, text: &str, at: usize) -> Line {
    Line {
        file: file.to_owned(),
        line: line_of(text, at),
    }
}
