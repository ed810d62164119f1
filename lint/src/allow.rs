//! Allowances: comments in the source, and entries of `offload-lint.toml`. An allowance that covers no finding is reported as unused.

use std::{
    collections::HashSet,
    fs, io,
    path::{Path, PathBuf},
};

use serde::Deserialize;

use crate::{
    program::Line,
    search::Finding,
    source::{Comment, Sources},
    table::Group,
};

/// The file beside the workspace's manifest.
pub(crate) const FILE: &str = "offload-lint.toml";

/// `offload-lint.toml`: allowances, and groups for the table.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    #[serde(default)]
    pub(crate) allow: Vec<Allowance>,
    #[serde(default)]
    pub(crate) group: Vec<Group>,
}

/// Allows findings in a file or folder, of a group, of a function, or all of these at once.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Allowance {
    pub(crate) path: Option<String>,
    pub(crate) id: Option<String>,
    pub(crate) function: Option<String>,
    pub(crate) reason: String,
}

impl Settings {
    /// The settings of the workspace at `root`. Without the file there are none.
    pub(crate) fn read(root: &Path) -> Result<Self, String> {
        let text = match fs::read_to_string(root.join(FILE)) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(format!("cannot read {FILE}: {error}")),
        };
        let settings: Self = toml::from_str(&text).map_err(|error| format!("{FILE}: {error}"))?;
        let names_nothing = |allow: &&Allowance| {
            allow.path.is_none() && allow.id.is_none() && allow.function.is_none()
        };
        match settings.allow.iter().find(names_nothing) {
            None => Ok(settings),
            Some(allow) => Err(format!(
                "{FILE}: the allowance for \"{}\" would allow everything: write `path`, `id` or `function`",
                allow.reason
            )),
        }
    }
}

impl Allowance {
    fn covers(&self, finding: &Finding, root: &Path) -> bool {
        let file = finding
            .site
            .file
            .strip_prefix(root)
            .unwrap_or(&finding.site.file);
        let is =
            |wish: &Option<String>, value: &str| wish.as_ref().is_none_or(|wish| wish == value);
        self.path.as_ref().is_none_or(|path| file.starts_with(path))
            && is(&self.id, &finding.id)
            && is(&self.function, &finding.blocks)
    }

    fn describe(&self) -> String {
        let parts = [
            ("path", &self.path),
            ("id", &self.id),
            ("function", &self.function),
        ];
        let parts = parts
            .iter()
            .filter_map(|(key, value)| Some(format!("{key} = \"{}\"", value.as_ref()?)));
        parts.collect::<Vec<_>>().join(", ")
    }
}

/// The code that was examined.
#[derive(Debug)]
pub(crate) struct Examined {
    /// The files that have code in an examined program.
    pub(crate) files: HashSet<PathBuf>,
    /// The first lines of the functions that have code in one.
    pub(crate) functions: HashSet<Line>,
    /// Whether the programs were all binaries and examples of the workspace.
    pub(crate) is_all: bool,
}

/// What decides whether an allowance is unused.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scope<'a> {
    pub(crate) settings: &'a Settings,
    pub(crate) root: &'a Path,
    pub(crate) examined: &'a Examined,
}

impl Scope<'_> {
    /// Whether an entry that covered nothing is unused. An entry about code that was not examined may have a use there.
    fn is_unused(&self, allow: &Allowance) -> bool {
        let Some(path) = &allow.path else {
            return self.examined.is_all;
        };
        let path = self.root.join(path);
        !path.exists()
            || self
                .examined
                .files
                .iter()
                .any(|file| file.starts_with(&path))
    }
}

/// The findings that no allowance covers, and the messages about allowances that cover nothing.
pub(crate) fn split_allowed(
    findings: Vec<Finding>,
    scope: &Scope<'_>,
    sources: &mut Sources,
) -> (Vec<Finding>, Vec<String>) {
    let comments = sources.comments();
    let mut used = Used {
        comments: vec![false; comments.len()],
        entries: vec![false; scope.settings.allow.len()],
    };
    let left = findings
        .into_iter()
        .filter(|finding| !used.mark(finding, &comments, scope, sources))
        .collect();
    let mut unused = used.unused_comments(&comments, scope, sources);
    unused.extend(used.unused_entries(scope));
    (left, unused)
}

/// Which allowances have covered a finding, by their position.
struct Used {
    comments: Vec<bool>,
    entries: Vec<bool>,
}

impl Used {
    /// Whether the finding is allowed. Marks the first comment and the first entry that cover it.
    fn mark(
        &mut self,
        finding: &Finding,
        comments: &[Comment],
        scope: &Scope<'_>,
        sources: &mut Sources,
    ) -> bool {
        let by_comment = comments
            .iter()
            .position(|comment| covers(comment, finding, sources));
        let mut entries = scope.settings.allow.iter();
        let by_entry = entries.position(|entry| entry.covers(finding, scope.root));
        if let Some(index) = by_comment {
            self.comments[index] = true;
        }
        if let Some(index) = by_entry {
            self.entries[index] = true;
        }
        by_comment.is_some() || by_entry.is_some()
    }

    /// Messages about the unused comments of examined code. A function that a `cfg` leaves out may need its comments in another build.
    fn unused_comments(
        &self,
        comments: &[Comment],
        scope: &Scope<'_>,
        sources: &mut Sources,
    ) -> Vec<String> {
        let unused = comments.iter().zip(&self.comments);
        let unused = unused.filter(|(comment, used)| {
            if **used || !scope.examined.files.contains(&comment.line.file) {
                return false;
            }
            let covered = covered(comment, sources);
            sources.is_inside_one(&covered, &scope.examined.functions)
        });
        unused
            .map(|(comment, _)| {
                let place = place(&comment.line, scope.root);
                format!("{place}: this comment allows nothing")
            })
            .collect()
    }

    fn unused_entries(&self, scope: &Scope<'_>) -> Vec<String> {
        let entries = scope.settings.allow.iter().zip(&self.entries);
        entries
            .filter(|(entry, used)| !**used && scope.is_unused(entry))
            .map(|(entry, _)| format!("{FILE}: `{}` allows nothing", entry.describe()))
            .collect()
    }
}

fn covers(comment: &Comment, finding: &Finding, sources: &mut Sources) -> bool {
    comment.line.file == finding.site.file
        && comment.id.as_ref().is_none_or(|id| *id == finding.id)
        && covered(comment, sources) == finding.site
}

/// A comment covers its own line, or the next line of code if it stands alone.
fn covered(comment: &Comment, sources: &mut Sources) -> Line {
    let lines = &sources.file(&comment.line.file).lines;
    let mut line = comment.line.line;
    let is_comment = |line: u32| {
        let text = lines.get(line as usize - 1);
        text.is_some_and(|text| text.trim_start().starts_with("//"))
    };
    while is_comment(line) {
        line += 1;
    }
    Line {
        line,
        ..comment.line.clone()
    }
}

/// `file:line`, relative to the root of the workspace.
pub(crate) fn place(line: &Line, root: &Path) -> String {
    let file = line.file.strip_prefix(root).unwrap_or(&line.file);
    format!("{}:{}", file.display(), line.line)
}
