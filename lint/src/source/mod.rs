//! Reads the source of the package: its files, loops, signatures, and comments that allow findings.
//!
//! `folders` says to which package a file belongs, `parsed` has its loops and functions, `comments` the comments that allow findings.
//!
//! May import `function`, `program` and `signature`.

mod comments;
mod folders;
mod parsed;

use std::{
    cell::OnceCell,
    collections::{HashMap, HashSet},
    fs,
    path::{Path, PathBuf},
};

pub(crate) use comments::Comment;
use comments::comments_of;
pub(crate) use folders::Folders;
use folders::Owner;
use parsed::Parsed;

use crate::{function::Function, program::Line, signature::takes_context};

/// The source files of the packages. Each is read at its first use.
#[derive(Debug)]
pub(crate) struct Sources {
    folders: Folders,
    files: HashMap<PathBuf, File>,
}

/// One file. If it cannot be read, it has no lines.
#[derive(Debug)]
pub(crate) struct File {
    pub(crate) lines: Vec<String>,
    /// Whether a signature in it may have the `Context` of a task.
    names_context: bool,
    /// Parsed at the first use, so that only code of examined programs is: other files may be no code, or nested too deeply to parse.
    parsed: OnceCell<Parsed>,
}

impl File {
    fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).unwrap_or_default();
        Self {
            lines: text.lines().map(str::to_owned).collect(),
            names_context: text.contains("Context"),
            parsed: OnceCell::new(),
        }
    }

    fn parsed(&self) -> &Parsed {
        self.parsed
            .get_or_init(|| Parsed::of(&self.lines.join("\n")))
    }
}

/// How many lines a statement may have in which a method is looked for. A choice.
const LONGEST: usize = 12;

/// Whether there is a call of a method of that name in the text.
fn calls(text: &str, name: &str) -> bool {
    let is_part = |sign: char| sign.is_alphanumeric() || sign == '_';
    text.match_indices(name).any(|(at, _)| {
        let (before, after) = (&text[..at], text[at + name.len()..].trim_start());
        !before.ends_with(is_part) && (after.starts_with('(') || after.starts_with("::<"))
    })
}

impl Sources {
    pub(crate) fn new(folders: Folders) -> Self {
        Self {
            folders,
            files: HashMap::new(),
        }
    }

    /// Whether `file` belongs to an examined package.
    pub(crate) fn is_own(&self, file: &Path) -> bool {
        let folder = file.parent();
        folder.is_some_and(|folder| self.folders.owner(folder) == Owner::Examined)
    }

    pub(crate) fn file(&mut self, path: &Path) -> &File {
        self.files
            .entry(path.to_owned())
            .or_insert_with(|| File::read(path))
    }

    pub(crate) fn is_in_loop(&mut self, at: &Line) -> bool {
        let line = at.line as usize;
        let loops = &self.file(&at.file).parsed().loops;
        loops
            .iter()
            .any(|(first, last)| (*first..=*last).contains(&line))
    }

    /// Whether only tasks call the function of that name: it takes a `Context`.
    pub(crate) fn takes_context(&mut self, at: &Line, name: &str) -> Option<bool> {
        let line = at.line as usize;
        // Most files are not parsed, because that is slow.
        if !self.file(&at.file).names_context && !name.starts_with("poll_") {
            return Some(false);
        }
        let functions = self.file(&at.file).parsed().functions.iter();
        let mut here = functions.filter(|it| (it.first_line..=it.last_line).contains(&line));
        let named = here.find(|it| it.signature.ident == name)?;
        Some(takes_context(&named.signature))
    }

    /// Whether the statement that begins on that line calls a method of that name.
    pub(crate) fn calls_method(&mut self, at: &Line, name: &str) -> bool {
        let lines = &self.file(&at.file).lines;
        let first = (at.line as usize).saturating_sub(1);
        let after = lines.iter().skip(first).take(LONGEST);
        let ends = |text: &String| text.trim_end().ends_with([';', '{', '}']);
        let end = after.clone().position(ends).map_or(LONGEST, |end| end + 1);
        after.take(end).any(|text| calls(text, name))
    }

    /// The function whose signature is on that line.
    pub(crate) fn function(&mut self, at: &Line) -> Option<Function> {
        let line = at.line as usize;
        let functions = &self.file(&at.file).parsed().functions;
        let here = functions
            .iter()
            .filter(|function| (function.first_line..=function.last_line).contains(&line));
        // The innermost of nested functions.
        here.max_by_key(|function| function.first_line).cloned()
    }

    /// Whether only attributes share the function's first line, so that a line inserted above belongs to it alone.
    pub(crate) fn is_alone(&mut self, function: &Function, path: &Path) -> bool {
        let file = self.file(path);
        let first = function.first_line;
        let text = file.lines.get(first.saturating_sub(1));
        let before: Option<String> = text.map(|text| text.chars().take(function.column).collect());
        let before = before.as_deref().map_or("?", str::trim);
        let has_attributes = before.starts_with("#[") && before.ends_with(']');
        let functions = &file.parsed().functions;
        let here = functions
            .iter()
            .filter(|it| it.first_line == first || it.last_line == first);
        (before.is_empty() || (has_attributes && !before.contains(['{', '}', ';'])))
            && here.count() == 1
    }

    /// Whether the line is inside a function that also contains one of the lines `begins`.
    pub(crate) fn is_inside_one(&mut self, at: &Line, begins: &HashSet<Line>) -> bool {
        let Some(function) = self.function(at) else {
            return false;
        };
        let mut lines = function.first_line..=function.last_line;
        lines.any(|line| {
            begins.contains(&Line {
                file: at.file.clone(),
                line: u32::try_from(line).unwrap_or(u32::MAX),
            })
        })
    }

    /// The comments that allow findings, in all files of the packages.
    pub(crate) fn comments(&mut self) -> Vec<Comment> {
        let mut files = self.all_files();
        files.retain(|file| self.is_own(file));
        files
            .iter()
            .flat_map(|path| comments_of(path, &self.file(path).lines.clone()))
            .collect()
    }

    /// All files of the workspace's packages.
    pub(crate) fn all_files(&self) -> Vec<PathBuf> {
        self.folders.files()
    }
}
