//! Has the compiler check a copy of the packages.

use std::{
    collections::HashSet,
    fs,
    io::BufReader,
    ops::Range,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use cargo_metadata::{
    Artifact, Message,
    diagnostic::{Diagnostic, DiagnosticLevel, DiagnosticSpan},
};

use super::{Copy, command_for_all};
use crate::options::Options;

/// Begins the note of a mark, and its number comes next.
pub(crate) const MARK: &str = "offload-lint:";

/// What the compiler says of the copy.
#[derive(Debug, Default)]
pub(crate) struct Checked {
    pub(crate) mistakes: Vec<Mistake>,
    pub(crate) uses: Vec<Use>,
    /// The user's files that it has read.
    pub(crate) read: HashSet<PathBuf>,
}

/// An error of the compiler.
#[derive(Debug)]
pub(crate) struct Mistake {
    pub(crate) text: String,
    /// The place that matters most comes first.
    pub(crate) places: Vec<Bytes>,
}

/// Bytes of a file of the user, as they are in its copy.
#[derive(Debug)]
pub(crate) struct Bytes {
    pub(crate) file: PathBuf,
    pub(crate) bytes: Range<usize>,
}

/// A use of something that is marked as deprecated.
#[derive(Debug)]
pub(crate) struct Use {
    pub(crate) number: usize,
    /// None in code that is in no file of the user.
    pub(crate) place: Option<Bytes>,
    /// Whether a macro has made it.
    pub(crate) is_made: bool,
}

/// Checks all targets of all members.
pub(crate) fn check(options: &Options, copy: &Copy) -> Result<Checked, String> {
    let mut cargo = command_for_all("check", options);
    cargo
        .args(["--keep-going", "--message-format=json"])
        .stderr(Stdio::null());
    let lost = |error| format!("cannot try the attribute: {error}");
    copy.offer(&mut cargo).map_err(lost)?;
    run(&mut cargo, copy).map_err(lost)
}

fn run(cargo: &mut Command, copy: &Copy) -> std::io::Result<Checked> {
    let mut child = cargo.spawn()?;
    let output = child.stdout.take().map(BufReader::new);
    let messages = output.map(Message::parse_stream).into_iter().flatten();
    let mut checked = Checked::default();
    for message in messages {
        match message? {
            Message::CompilerMessage(it) => {
                checked.mistakes.extend(mistake(&it.message, copy));
                checked.uses.extend(uses(&it.message, copy));
            }
            Message::CompilerArtifact(it) => checked.read.extend(read(&it, copy)),
            _ => {}
        }
    }
    // Some errors have no place, and nobody can be blamed for them.
    if !child.wait()?.success() && checked.mistakes.is_empty() {
        let text = "`cargo check --workspace --all-targets` fails";
        return Err(std::io::Error::other(text));
    }
    Ok(checked)
}

/// The sum at the end is none.
fn mistake(error: &Diagnostic, copy: &Copy) -> Option<Mistake> {
    let errors = [DiagnosticLevel::Error, DiagnosticLevel::Ice];
    if !errors.contains(&error.level) || error.spans.is_empty() {
        return None;
    }
    let below = error.children.iter().flat_map(|child| &child.spans);
    let mut spans: Vec<&DiagnosticSpan> = error.spans.iter().collect();
    spans.sort_by_key(|span| !span.is_primary);
    let spans = spans.into_iter().chain(below);
    Some(Mistake {
        text: error.message.lines().next().unwrap_or_default().into(),
        places: spans
            .flat_map(around)
            .filter_map(|span| place(span, copy))
            .collect(),
    })
}

/// The place, and those where the macros around it are called.
fn around(span: &DiagnosticSpan) -> impl Iterator<Item = &DiagnosticSpan> {
    std::iter::successors(Some(span), |it| it.expansion.as_ref().map(|it| &it.span))
}

fn place(span: &DiagnosticSpan, copy: &Copy) -> Option<Bytes> {
    Some(Bytes {
        file: copy.original(Path::new(&span.file_name))?,
        bytes: span.byte_start as usize..span.byte_end as usize,
    })
}

fn uses(warning: &Diagnostic, copy: &Copy) -> Vec<Use> {
    let number = warning.message.rsplit_once(MARK);
    let Some(number) = number.and_then(|(_, number)| number.parse().ok()) else {
        return Vec::new();
    };
    let spans = warning.spans.iter().filter(|span| span.is_primary);
    let uses = spans.map(|span| Use {
        number,
        place: place(span, copy),
        is_made: span.expansion.is_some(),
    });
    uses.collect()
}

/// The user's files that the compiler has read for it, from the list that it writes beside it.
fn read(artifact: &Artifact, copy: &Copy) -> Vec<PathBuf> {
    let files = artifact.filenames.iter();
    let lists = files.flat_map(|file| lists_beside(file.as_std_path()));
    let texts = lists.filter_map(|list| fs::read_to_string(list).ok());
    let texts: Vec<String> = texts.collect();
    let lines = texts.iter().flat_map(|text| text.lines());
    // Each file has a line of its own, in which spaces are escaped.
    let names = lines.filter_map(|line| Some(line.strip_suffix(':')?.replace("\\ ", " ")));
    names
        .filter_map(|name| copy.original(Path::new(&name)))
        .collect()
}

fn lists_beside(file: &Path) -> Vec<PathBuf> {
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    let list = file.with_file_name(format!("{}.d", stem.strip_prefix("lib").unwrap_or(&stem)));
    if list.is_file() {
        return vec![list];
    }
    // That of a build script has another name, in a folder of its own.
    let around = file.parent().and_then(|folder| fs::read_dir(folder).ok());
    let paths = around.into_iter().flatten().flatten().map(|it| it.path());
    let is_script = stem.starts_with("build");
    paths
        .filter(|path| is_script && path.extension().is_some_and(|it| it == "d"))
        .collect()
}
