//! Every manifest says why each dependency is there.

use std::path::Path;

/// A comment stands above a dependency, or above the first of some that belong together.
pub(crate) fn gives_reasons(path: &str, text: &str, wrong: &mut Vec<String>) {
    if Path::new(path)
        .file_name()
        .is_none_or(|name| name != "Cargo.toml")
    {
        return;
    }
    let (mut dependencies, mut reason) = (false, false);
    for line in text.lines() {
        if line.starts_with('[') {
            dependencies = line.ends_with("dependencies]");
            reason = false;
        } else if line.is_empty() {
            reason = false;
        } else if line.starts_with('#') {
            reason = true;
        } else if dependencies && !reason {
            wrong.push(format!("{path}: no comment says why this is there: {line}"));
        }
    }
}

#[test]
fn a_dependency_without_a_reason_is_seen() {
    let text = "[dependencies]\n# The runtime.\ntokio = \"1\"\n\nserde = \"1\"\n\n[features]\ndefault = []\n";
    let mut wrong = Vec::new();
    gives_reasons("x/Cargo.toml", text, &mut wrong);
    assert_eq!(
        wrong,
        ["x/Cargo.toml: no comment says why this is there: serde = \"1\""]
    );
}
