//! Types of one crate that have the same name.

use std::collections::BTreeMap;

use crate::layers::word;

/// The types at the top of files that have one name in a crate. A stand-in has the names of what it stands for.
pub(crate) fn twins<'a>(files: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<String> {
    let mut known: BTreeMap<String, &str> = BTreeMap::new();
    let mut wrong = Vec::new();
    for (path, text) in files.filter(|(path, _)| !path.ends_with("mock.rs")) {
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
    ];
    assert_eq!(twins(files.into_iter()).len(), 1);
}
