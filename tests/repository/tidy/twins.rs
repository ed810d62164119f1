//! Types of one crate that have the same name.

use std::collections::BTreeMap;

use crate::layers::word;

/// What has the names of something else on purpose: the stand-in for a system that cannot be looked at.
const STAND_INS: [&str; 2] = ["mock.rs", "watch/src/elsewhere.rs"];

/// The types at the top of files that have one name in a crate. A stand-in has the names of what it stands for, and tests are
/// no part of the crate.
pub(crate) fn twins<'a>(files: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<String> {
    let mut known: BTreeMap<String, &str> = BTreeMap::new();
    let mut wrong = Vec::new();
    let is_apart = |path: &str| {
        let is_stand_in = STAND_INS.iter().any(|end| path.ends_with(end));
        is_stand_in || path.contains("/tests/") || path.ends_with("/tests.rs")
    };
    for (path, text) in files.filter(|(path, _)| !is_apart(path)) {
        for name in text.lines().filter_map(type_name) {
            if let Some(other) = known.insert(name.clone(), path) {
                wrong.push(format!("`{name}` is a type in {other} and in {path}"));
            }
        }
    }
    wrong
}

fn type_name(line: &str) -> Option<String> {
    let line = line.strip_prefix("pub(crate) ").unwrap_or(line);
    let line = line.strip_prefix("pub(super) ").unwrap_or(line);
    let line = line.strip_prefix("pub ").unwrap_or(line);
    let kinds = ["struct ", "enum ", "trait ", "type "];
    let rest = kinds.iter().find_map(|kind| line.strip_prefix(kind))?;
    Some(word(rest))
}

#[test]
fn twins_are_seen() {
    let files = [
        ("a.rs", "pub(crate) struct One;\n"),
        ("b.rs", "enum One {\n"),
        ("b_mock.rs", "struct One;\n"),
        ("b/tests.rs", "struct One;\n"),
    ];
    assert_eq!(twins(files.into_iter()).len(), 1);
}
