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

/// The start of the note in `#[deprecated]` by which the lint marks a function. The number of the function follows.
pub(crate) const MARK: &str = "offload-lint:";

/// What the compiler says of the copy.
#[derive(Debug, Default)]
pub(crate) struct Checked {
    pub(crate) errors: Vec<CompileError>,
    pub(crate) uses: Vec<Use>,
    /// The user's files that the compiler has read.
    pub(crate) read: HashSet<PathBuf>,
}

/// An error of the compiler.
#[derive(Debug)]
pub(crate) struct CompileError {
    pub(crate) text: String,
    /// Primary places come first.
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
    /// `None` if the use is not in a file of the user.
    pub(crate) place: Option<Bytes>,
    /// Whether the use is in code that a macro generated.
    pub(crate) is_generated: bool,
}

/// Checks all targets of all members.
pub(crate) fn check(options: &Options, copy: &Copy) -> Result<Checked, String> {
    let mut cargo = command_for_all("check", options);
    cargo
        .args(["--keep-going", "--message-format=json"])
        .stderr(Stdio::null());
    let lost = |error| format!("cannot try the attribute: {error}");
    copy.use_in(&mut cargo).map_err(lost)?;
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
                checked.errors.extend(compile_error(&it.message, copy));
                checked.uses.extend(uses(&it.message, copy));
            }
            Message::CompilerArtifact(it) => checked.read.extend(read(&it, copy)),
            _ => {}
        }
    }
    // Some errors have no place, so no function can be named as the cause.
    if !child.wait()?.success() && checked.errors.is_empty() {
        let text = "`cargo check --workspace --all-targets` fails";
        return Err(std::io::Error::other(text));
    }
    Ok(checked)
}

/// The error that the compiler reports. Its summary at the end ("aborting due to ..") has no place and is left out.
fn compile_error(error: &Diagnostic, copy: &Copy) -> Option<CompileError> {
    let errors = [DiagnosticLevel::Error, DiagnosticLevel::Ice];
    if !errors.contains(&error.level) || error.spans.is_empty() {
        return None;
    }
    let below = error.children.iter().flat_map(|child| &child.spans);
    let mut spans: Vec<&DiagnosticSpan> = error.spans.iter().collect();
    spans.sort_by_key(|span| !span.is_primary);
    let spans = spans.into_iter().chain(below);
    Some(CompileError {
        text: error.message.lines().next().unwrap_or_default().into(),
        places: spans
            .flat_map(around)
            .filter_map(|span| place(span, copy))
            .collect(),
    })
}

/// The place, and the calls of the macros around it.
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
        is_generated: span.expansion.is_some(),
    });
    uses.collect()
}

/// The user's files that the compiler has read for the artifact, from the dependency file (`.d`) that it writes beside it.
fn read(artifact: &Artifact, copy: &Copy) -> Vec<PathBuf> {
    let files = artifact.filenames.iter();
    let lists = files.flat_map(|file| lists_beside(file.as_std_path()));
    let texts = lists.filter_map(|list| fs::read_to_string(list).ok());
    let texts: Vec<String> = texts.collect();
    let lines = texts.iter().flat_map(|text| text.lines());
    // Each file has its own line, in which spaces are escaped.
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
    // The dependency file of a build script has another name, but is alone in its folder.
    let around = file.parent().and_then(|folder| fs::read_dir(folder).ok());
    let paths = around.into_iter().flatten().flatten().map(|it| it.path());
    let is_script = stem.starts_with("build");
    paths
        .filter(|path| is_script && path.extension().is_some_and(|it| it == "d"))
        .collect()
}
