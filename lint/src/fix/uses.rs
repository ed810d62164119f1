//! Every use of the functions that may get the attribute, found by the compiler: in the copy, they are marked as deprecated.

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
    cargo::{Checked, Copy, MARK, Mistake, Use},
    program::Line,
};

/// The uses of a function.
#[derive(Debug, Default)]
pub(super) struct Uses {
    /// Where `.await` has to be written: behind calls.
    pub(super) calls: BTreeSet<Spot>,
    /// Those that cannot be awaited.
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
    /// Each function gets the mark with its number, but those of the numbers `without`.
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
            if let Some(twin) = twin(candidate, &text) {
                marks.add(offset(&text, candidate.function.end), twin, number);
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

    /// The functions in whose marks mistakes are.
    pub(super) fn with(&self, mistakes: &[Mistake]) -> BTreeSet<usize> {
        let places = mistakes.iter().flat_map(|mistake| &mistake.places);
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

/// The function without the mark, since the compiler does not name uses inside of what is deprecated itself.
fn twin(candidate: &Candidate, text: &str) -> Option<String> {
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
            // The function has the same use as its twin.
            Origin::New(_) => return Ok(()),
        };
        let calls = files.calls(&place.file)?;
        let line = line(&place.file, &files.text(&place.file)?, at);
        self.names.insert((place.file.clone(), at));
        let call = calls.all.iter().find(|it| it.name.contains(&at));
        let why = match call {
            _ if use_.is_made => Obstacle::InAMacro,
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

    /// Adds what would be written into files that have other paths as well: each is checked under one.
    pub(super) fn add_other_paths(&mut self, of: &Candidate, paths: &Paths) {
        let calls = self.calls.iter().map(|call| &call.line);
        for line in calls.chain([&of.place]) {
            if paths.has_other(&line.file) {
                self.others.insert((line.clone(), Obstacle::OtherPath));
            }
        }
    }

    /// Adds what the compiler has perhaps not seen. `read` are the files that it has read.
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
            // What is no text is no code.
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
    /// Adds what examples use, which the compiler sees when they are tested: those in comments, and those in files that comments
    /// include. `code` are those of the workspace, and `included` are those that it includes.
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
            // What is no text has no examples.
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
