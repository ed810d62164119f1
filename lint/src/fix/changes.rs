//! The insertions for the functions that get the attribute, and which of these functions the compiler then rejects.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    path::PathBuf,
};

use super::{
    candidate::Candidate,
    files::Files,
    text::{Insertions, Origin, line_of},
    uses::Spot,
};
use crate::cargo::{Bytes, CompileError};

/// A function that gets the attribute, and its calls, which get `.await`.
#[derive(Debug)]
pub(super) struct Change {
    pub(super) candidate: Candidate,
    pub(super) calls: BTreeSet<Spot>,
}

/// The insertions into each file.
pub(super) type ByFile = BTreeMap<PathBuf, Insertions>;

pub(super) fn insertions(changes: &[Change], files: &mut Files) -> io::Result<ByFile> {
    let mut all = ByFile::new();
    for (number, Change { candidate, calls }) in changes.iter().enumerate() {
        let file = &candidate.place.file;
        let (at, attribute) = candidate.attribute(&files.text(file)?);
        let here = all.entry(file.clone()).or_default();
        here.add(at, attribute, number);
        for call in calls {
            let there = all.entry(call.line.file.clone()).or_default();
            there.add(call.at, ".await".to_owned(), number);
        }
    }
    Ok(all)
}

/// Removes the changes that caused the errors, and returns them with the compiler's text. Given an error, it removes at least one, so
/// that repeated trials end.
pub(super) fn remove_failed(
    changes: &mut Vec<Change>,
    errors: &[CompileError],
    by_file: &ByFile,
    files: &mut Files,
) -> io::Result<Vec<(Candidate, String)>> {
    let mut texts: BTreeMap<usize, String> = BTreeMap::new();
    for error in errors {
        let about = error
            .places
            .iter()
            .map(|place| about(place, changes, by_file, files));
        let about: io::Result<Vec<BTreeSet<usize>>> = about.collect();
        // Places come in order of importance, so the first that points at a change decides.
        let first = about?.into_iter().find(|numbers| !numbers.is_empty());
        // An error that points at no change may be due to any of them.
        let numbers = first.unwrap_or_else(|| (0..changes.len()).collect());
        for number in numbers {
            texts.entry(number).or_insert_with(|| error.text.clone());
        }
    }
    let mut out = Vec::new();
    for (number, change) in std::mem::take(changes).into_iter().enumerate() {
        match texts.remove(&number) {
            Some(text) => out.push((change.candidate, text)),
            None => changes.push(change),
        }
    }
    Ok(out)
}

/// The changes that an error at this place is about: those with text inserted there, or else those whose function or call is there.
fn about(
    place: &Bytes,
    changes: &[Change],
    by_file: &ByFile,
    files: &mut Files,
) -> io::Result<BTreeSet<usize>> {
    let Some(insertions) = by_file.get(&place.file) else {
        return Ok(BTreeSet::new());
    };
    let inside = insertions.inside(&place.bytes);
    if !inside.is_empty() {
        return Ok(inside.into_iter().collect());
    }
    let Origin::At(at) = insertions.origin(place.bytes.start) else {
        return Ok(BTreeSet::new());
    };
    let text = files.text(&place.file)?;
    let line = line_of(&text, at);
    let is_near = |(_, change): &(usize, &Change)| {
        let is_call = |call: &Spot| call.line.file == place.file && call.line.line == line;
        let is_around = change.candidate.place.file == place.file;
        (is_around && change.candidate.has(&text, at)) || change.calls.iter().any(is_call)
    };
    let near = changes.iter().enumerate().filter(is_near);
    Ok(near.map(|(number, _)| number).collect())
}
