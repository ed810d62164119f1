//! The calls of a function in a file, and those of which the compiler certainly says something once the function is async.

use std::collections::HashSet;

use proc_macro2::LineColumn;
use syn::{Block, Expr, Ident, visit::Visit as _};

use super::{
    Wanted,
    plain::Plain,
    value::{Look, Origin, last, origins},
};

/// What is known of one file.
pub(super) struct Calls<'a> {
    pub(super) wanted: &'a Wanted,
    pub(super) is_quiet: bool,
    /// What takes arguments of certain types only: functions and structures without parameters.
    pub(super) plain: HashSet<Ident>,
    /// Whether the type of what the innermost body returns is written down.
    pub(super) is_declared: bool,
    pub(super) found: Vec<LineColumn>,
    /// Where the name is no call. It may also be a variable.
    pub(super) mentions: Vec<LineColumn>,
    /// What the compiler names.
    pub(super) named: HashSet<LineColumn>,
    /// Variables, where a future cannot be used so.
    pub(super) used: Vec<(String, LineColumn)>,
    /// Names with the places where they get another meaning.
    pub(super) bound: Vec<(String, LineColumn)>,
    pub(super) kept: Vec<Kept>,
}

/// A call whose value a variable keeps.
pub(super) struct Kept {
    pub(super) call: LineColumn,
    pub(super) variable: String,
    pub(super) from: LineColumn,
    pub(super) to: LineColumn,
}

pub(super) fn place(name: &Ident) -> LineColumn {
    name.span().start()
}

impl<'a> Calls<'a> {
    pub(super) fn new(wanted: &'a Wanted, file: &syn::File, is_quiet: bool) -> Self {
        let mut plain = Plain::default();
        plain.visit_file(file);
        Self {
            wanted,
            is_quiet: is_quiet || plain.is_quiet,
            plain: &plain.without - &plain.with,
            is_declared: false,
            found: Vec::new(),
            mentions: Vec::new(),
            named: HashSet::new(),
            used: Vec::new(),
            bound: Vec::new(),
            kept: Vec::new(),
        }
    }

    /// The lines of the calls that the compiler might not name.
    pub(super) fn silent(mut self) -> Vec<u32> {
        let kept = std::mem::take(&mut self.kept);
        let asked = kept.iter().filter(|one| self.is_used(one));
        let asked: Vec<LineColumn> = asked.map(|one| one.call).collect();
        self.named.extend(asked);
        let is_variable = self.bound.iter().any(|(name, _)| *name == self.wanted.name);
        let mentions = self.mentions.iter().filter(|_| !is_variable);
        let calls = self
            .found
            .iter()
            .chain(mentions)
            .filter(|call| !self.named.contains(call));
        let mut lines: Vec<u32> = calls
            .map(|call| u32::try_from(call.line).unwrap_or(u32::MAX))
            .collect();
        lines.sort_unstable();
        lines.dedup();
        lines
    }

    fn is_used(&self, kept: &Kept) -> bool {
        let of = |all: &[(String, LineColumn)], to: LineColumn| {
            let same = all
                .iter()
                .filter(|(name, at)| *name == kept.variable && *at > kept.from && *at < to);
            same.map(|(_, at)| *at).min()
        };
        let end = of(&self.bound, kept.to).unwrap_or(kept.to);
        of(&self.used, end).is_some()
    }

    pub(super) fn look(&mut self, at: &Expr, look: Look) {
        let mut found = Vec::new();
        origins(at, look, &mut found);
        self.name(&found);
    }

    pub(super) fn look_last(&mut self, of: &Block, look: Look) {
        let mut found = Vec::new();
        last(of, look, &mut found);
        self.name(&found);
    }

    fn name(&mut self, found: &[Origin<'_>]) {
        for one in found {
            match one {
                Origin::Call(name) => {
                    self.named.insert(place(name));
                }
                Origin::Variable(name) => self.used.push((name.to_string(), place(name))),
            }
        }
    }
}
