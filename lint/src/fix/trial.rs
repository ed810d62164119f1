//! Tries the attribute, since only the compiler knows which functions it takes: on twins of the functions, in a copy of the files. The
//! functions themselves stay as they are there, and so do their calls: each error is that of a twin.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    ops::RangeInclusive,
    path::PathBuf,
};

use proc_macro2::LineColumn;

use crate::{
    cargo::{Copy, Mistake, Packages, check},
    function::Function,
    options::Options,
    program::Line,
    source::Sources,
};

/// A function that may get the attribute.
#[derive(Debug)]
pub(super) struct Candidate {
    /// Its first line.
    pub(super) place: Line,
    pub(super) function: Function,
    /// How its package names the attribute's crate.
    pub(super) crate_: String,
}

/// Takes those out that do not compile with the attribute, and returns them with what the compiler says.
pub(super) fn refused(
    candidates: &mut Vec<Candidate>,
    sources: &mut Sources,
    packages: &Packages,
    options: &Options,
) -> Result<Vec<(Line, String)>, String> {
    let mut refused = Vec::new();
    if candidates.is_empty() {
        return Ok(refused);
    }
    eprintln!("    Checking the attribute in a copy of the files");
    let lost = |error: io::Error| format!("cannot copy the files: {error}");
    let copy = Copy::new(packages).map_err(lost)?;
    let files: BTreeSet<PathBuf> = candidates.iter().map(|it| it.place.file.clone()).collect();
    // An error may keep the compiler from finding others.
    while !candidates.is_empty() {
        let twins = write_twins(candidates, &files, &copy, sources).map_err(lost)?;
        let mistakes = check(options, &copy)?;
        let Some(first) = mistakes.first() else {
            break;
        };
        let named = |mistake: &Mistake| Some((of(mistake, &twins)?, mistake.text.clone()));
        let named: BTreeMap<Line, String> = mistakes.iter().filter_map(named).collect();
        let (out, left) = std::mem::take(candidates)
            .into_iter()
            .partition(|it| named.is_empty() || named.contains_key(&it.place));
        *candidates = left;
        let out: Vec<Candidate> = out;
        refused.extend(out.into_iter().map(|it| {
            let text = named.get(&it.place).unwrap_or(&first.text).clone();
            (it.place, text)
        }));
    }
    Ok(refused)
}

/// The twin of the function at that place.
struct Twin {
    of: Line,
    lines: RangeInclusive<usize>,
}

fn write_twins(
    candidates: &[Candidate],
    files: &BTreeSet<PathBuf>,
    copy: &Copy,
    sources: &mut Sources,
) -> io::Result<Vec<Twin>> {
    let mut twins = Vec::new();
    for file in files {
        let here = candidates.iter().filter(|it| it.place.file == *file);
        let (text, found) = with_twins(&sources.file(file).lines, here.collect());
        copy.write(file, &text)?;
        twins.extend(found);
    }
    Ok(twins)
}

/// The text of a file with a twin behind each function.
fn with_twins(lines: &[String], mut candidates: Vec<&Candidate>) -> (String, Vec<Twin>) {
    let text = Source::new(lines);
    candidates.sort_by_key(|it| (it.function.end.line, it.function.end.column));
    let mut out = String::new();
    let mut twins = Vec::new();
    let mut at = 0;
    for candidate in candidates {
        let end = text.offset(candidate.function.end);
        out.push_str(&text.text[at..end]);
        let first = out.lines().count() + 1;
        out.push_str(&text.twin(candidate));
        let of = candidate.place.clone();
        let lines = first..=out.lines().count();
        twins.push(Twin { of, lines });
        at = end;
    }
    out.push_str(&text.text[at..]);
    (out, twins)
}

/// A text in which places are found.
struct Source {
    text: String,
    starts: Vec<usize>,
}

impl Source {
    fn new(lines: &[String]) -> Self {
        let mut text = String::new();
        let mut starts = Vec::new();
        for line in lines {
            starts.push(text.len());
            text.push_str(line);
            text.push('\n');
        }
        Self { text, starts }
    }

    /// The column counts characters.
    fn offset(&self, place: LineColumn) -> usize {
        let start = self.starts.get(place.line - 1).copied();
        let start = start.unwrap_or(self.text.len());
        let before = self.text[start..].chars().take(place.column);
        start + before.map(char::len_utf8).sum::<usize>()
    }

    /// The function with the attribute and another name. The attribute is the last one, as in the user's file later.
    fn twin(&self, of: &Candidate) -> String {
        let function = &of.function;
        let name = function.signature.ident.span();
        let start = LineColumn {
            line: function.first_line,
            column: function.column,
        };
        let between = |from, to| &self.text[self.offset(from)..self.offset(to)];
        format!(
            "\n#[allow(unused, missing_docs)]\n{}\n#[{}::offload]\n{}{}_twin_{}{}\n",
            between(function.top, start),
            of.crate_,
            between(start, name.start()),
            function.signature.ident,
            function.first_line,
            between(name.end(), function.end),
        )
    }
}

/// The function whose twin the compiler does not take.
fn of(mistake: &Mistake, twins: &[Twin]) -> Option<Line> {
    let mut places = mistake.places.iter();
    places.find_map(|(file, line)| {
        let twin = twins
            .iter()
            .find(|it| it.of.file == *file && it.lines.contains(line));
        twin.map(|twin| twin.of.clone())
    })
}
