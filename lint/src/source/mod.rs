//! Reads the source of the package: its files, loops, signatures, and comments that allow findings.

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
};

use syn::{spanned::Spanned as _, visit::Visit};

use crate::{
    context::takes_context,
    function::{Function, first_line, offload},
    program::Line,
};

/// The files. Each is read when it is needed.
#[derive(Debug)]
pub(crate) struct Sources {
    /// The folders of the examined packages, and of other packages inside them.
    own: Vec<PathBuf>,
    other: Vec<PathBuf>,
    files: HashMap<PathBuf, File>,
}

/// One file: its text and what was parsed.
#[derive(Debug, Default)]
pub(crate) struct File {
    pub(crate) lines: Vec<String>,
    /// The first and last line of each loop.
    loops: Vec<(usize, usize)>,
    functions: Vec<Function>,
}

/// A comment `offload-lint: allow`, with its group, if it names one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Comment {
    pub(crate) line: Line,
    pub(crate) id: Option<String>,
}

/// The text of a comment that allows a finding.
const ALLOW: &str = "offload-lint: allow";

impl Sources {
    pub(crate) fn new(own: Vec<PathBuf>, other: Vec<PathBuf>) -> Self {
        Self {
            own,
            other,
            files: HashMap::new(),
        }
    }

    /// Whether `file` belongs to an examined package.
    pub(crate) fn is_own(&self, file: &Path) -> bool {
        let longest = |roots: &[PathBuf]| {
            let inside = roots.iter().filter(|root| file.starts_with(root));
            inside.map(|root| root.as_os_str().len()).max()
        };
        longest(&self.own).is_some_and(|own| longest(&self.other).is_none_or(|other| other < own))
    }

    pub(crate) fn file(&mut self, path: &Path) -> &File {
        self.files
            .entry(path.to_owned())
            .or_insert_with(|| File::read(path))
    }

    pub(crate) fn is_in_loop(&mut self, at: &Line) -> bool {
        let line = at.line as usize;
        let file = self.file(&at.file);
        file.loops
            .iter()
            .any(|(first, last)| (*first..=*last).contains(&line))
    }

    /// Whether only tasks call the function of that name: it takes a `Context`.
    pub(crate) fn takes_context(&mut self, at: &Line, name: &str) -> Option<bool> {
        let line = at.line as usize;
        let functions = self.file(&at.file).functions.iter();
        let mut here = functions.filter(|it| (it.first_line..=it.last_line).contains(&line));
        let named = here.find(|it| it.signature.ident == name)?;
        Some(takes_context(&named.signature))
    }

    /// The function whose signature is on that line.
    pub(crate) fn function(&mut self, at: &Line) -> Option<Function> {
        let line = at.line as usize;
        let functions = &self.file(&at.file).functions;
        let here = functions
            .iter()
            .filter(|function| (function.first_line..=function.last_line).contains(&line));
        // The innermost of nested ones.
        here.max_by_key(|function| function.first_line).cloned()
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
        let mut files = Vec::new();
        for root in self.own.iter().chain(&self.other) {
            collect_rust_files(root, &mut files);
        }
        files.sort();
        files.dedup();
        files
    }
}

fn collect_rust_files(folder: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        let name = entry.file_name();
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        if is_folder && name != "target" && !name.to_string_lossy().starts_with('.') {
            collect_rust_files(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

fn comments_of(path: &Path, lines: &[String]) -> Vec<Comment> {
    let mut comments = Vec::new();
    for (index, text) in lines.iter().enumerate() {
        let Some((_, comment)) = text.split_once("//") else {
            continue;
        };
        let comment = comment.trim_start_matches(['/', '!']).trim_start();
        let Some(rest) = comment.strip_prefix(ALLOW) else {
            continue;
        };
        let id = rest.strip_prefix('(').and_then(|rest| rest.split_once(')'));
        comments.push(Comment {
            line: Line {
                file: path.to_owned(),
                line: u32::try_from(index + 1).unwrap_or(u32::MAX),
            },
            id: id.map(|(id, _)| id.trim().to_owned()),
        });
    }
    comments
}

impl File {
    /// A file that cannot be parsed has only lines. One that cannot be read has nothing.
    fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).unwrap_or_default();
        let mut file = Self {
            lines: text.lines().map(str::to_owned).collect(),
            ..Self::default()
        };
        if let Ok(parsed) = syn::parse_file(&text) {
            file.visit_file(&parsed);
        }
        file
    }

    fn add_loop(&mut self, body: &impl syn::spanned::Spanned) {
        let span = body.span();
        self.loops.push((span.start().line, span.end().line));
    }
}

impl<'ast> Visit<'ast> for File {
    fn visit_expr_loop(&mut self, node: &'ast syn::ExprLoop) {
        self.add_loop(&node.body);
        syn::visit::visit_expr_loop(self, node);
    }

    fn visit_expr_while(&mut self, node: &'ast syn::ExprWhile) {
        self.add_loop(node);
        syn::visit::visit_expr_while(self, node);
    }

    fn visit_expr_for_loop(&mut self, node: &'ast syn::ExprForLoop) {
        self.add_loop(&node.body);
        syn::visit::visit_expr_for_loop(self, node);
    }

    fn visit_item_fn(&mut self, node: &'ast syn::ItemFn) {
        self.functions.push(Function {
            first_line: first_line(&node.vis, &node.sig),
            last_line: node.block.span().end().line,
            signature: node.sig.clone(),
            is_own_to_change: true,
            attribute: offload(&node.attrs),
        });
        syn::visit::visit_item_fn(self, node);
    }

    fn visit_trait_item_fn(&mut self, node: &'ast syn::TraitItemFn) {
        if let Some(block) = &node.default {
            self.functions.push(Function {
                first_line: first_line(&syn::Visibility::Inherited, &node.sig),
                last_line: block.span().end().line,
                signature: node.sig.clone(),
                is_own_to_change: false,
                attribute: offload(&node.attrs),
            });
        }
        syn::visit::visit_trait_item_fn(self, node);
    }

    fn visit_item_impl(&mut self, node: &'ast syn::ItemImpl) {
        for item in &node.items {
            if let syn::ImplItem::Fn(method) = item {
                self.functions.push(Function {
                    first_line: first_line(&method.vis, &method.sig),
                    last_line: method.block.span().end().line,
                    signature: method.sig.clone(),
                    is_own_to_change: node.trait_.is_none(),
                    attribute: offload(&node.attrs).max(offload(&method.attrs)),
                });
            }
        }
        syn::visit::visit_item_impl(self, node);
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Sources, comments_of};

    #[test]
    fn a_package_inside_another_is_not_its_own() {
        let sources = Sources::new(vec!["/a".into()], vec!["/a/b".into()]);
        assert!(sources.is_own(Path::new("/a/src/lib.rs")));
        assert!(!sources.is_own(Path::new("/a/b/src/lib.rs")));
        assert!(!sources.is_own(Path::new("/c/src/lib.rs")));
    }

    #[test]
    fn a_comment_may_name_a_group() {
        let lines = [
            "// offload-lint: allow(fs): small",
            "x(); // offload-lint: allow",
            "// allow",
        ];
        let lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        let found = comments_of(Path::new("a.rs"), &lines);
        let found: Vec<_> = found
            .iter()
            .map(|one| (one.line.line, one.id.as_deref()))
            .collect();
        assert_eq!(found, [(1, Some("fs")), (2, None)]);
    }
}
