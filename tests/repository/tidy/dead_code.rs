//! No library allows dead code. What only a feature needs stands in a file that only the feature compiles.

use crate::{SOURCES, rules::has_extension};

/// Code that is generated may allow it: an item of a user's may be unused.
pub(crate) fn allows_no_dead_code(path: &str, text: &str, wrong: &mut Vec<String>) {
    let is_library = SOURCES.iter().any(|start| path.starts_with(start));
    if !is_library || !has_extension(path, "rs") {
        return;
    }
    for (at, _) in text.match_indices("allow(") {
        let line = text[..at].lines().count();
        let before = text[..at].rsplit('\n').next().unwrap_or_default();
        let list = text[at..].split(')').next().unwrap_or_default();
        if list.contains("dead_code") && !before.contains("quote") {
            wrong.push(format!(
                "{path}:{line}: allows dead code; move what a feature needs to a file of the feature, see `mod.rs`"
            ));
        }
    }
}

#[test]
fn allowed_dead_code_is_seen() {
    let seen = |text: &str| {
        let mut wrong = Vec::new();
        allows_no_dead_code("runtime/src/x.rs", text, &mut wrong);
        wrong
    };
    let allow = "allow";
    let one = seen(&format!(
        "fn a() {{}}\n#[{allow}(dead_code, reason = \"x\")]\nfn b() {{}}\n"
    ));
    assert!(one[0].starts_with("runtime/src/x.rs:2: "), "{one:?}");
    let others = [
        format!("#![{allow}(\n    unused,\n    dead_code,\n)]\n"),
        format!("#[cfg_attr(not(feature = \"x\"), {allow}(dead_code))]\n"),
    ];
    for text in others {
        assert_eq!(seen(&text).len(), 1, "{text}");
    }
    assert_eq!(
        seen(&format!("quote!(#[{allow}(dead_code)] #tokens);\n")).len(),
        0
    );
}
