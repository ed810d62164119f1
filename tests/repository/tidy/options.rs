//! Every option of the attribute is named where users, editors and tests look for it.

use std::fs;

use crate::root;

/// Where options are listed, and how each of them stands there.
const LISTS: [(&str, &[&str]); 5] = [
    ("README.md", &["| `OPTION` |", "| `OPTION = "]),
    (
        "macros/src/lib.rs",
        &["/// | `OPTION` |", "/// | `OPTION = "],
    ),
    ("runtime/offload.md", &["## `OPTION`\n", "## `OPTION = "]),
    // `crate` cannot be named in an import.
    (
        "runtime/src/__private/option.rs",
        &["pub mod OPTION {}", "`OPTION` cannot"],
    ),
    ("macros/src/fuzz.rs", &["\"OPTION", ", OPTION"]),
];

#[test]
fn every_option_is_listed() {
    let read = |path: &str| fs::read_to_string(root().join(path)).unwrap();
    let source = read("macros/src/parse/options.rs");
    let options = options(&source);
    assert!(options.len() > 7, "{options:?}");
    let mut wrong = Vec::new();
    for (path, forms) in LISTS {
        wrong.extend(missing(path, &read(path), forms, &options));
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn every_option_has_an_example() {
    let text = fs::read_to_string(root().join("runtime/offload.md")).unwrap();
    let wrong = without_example(&text);
    assert!(wrong.is_empty(), "no example: {wrong:?}");
    assert!(
        text.matches("\n## `").count() > 7,
        "the sections of options have other headings"
    );
    assert_eq!(
        without_example("# x\n## `a`\n```\n## `b`\n## `c`\n```\n"),
        ["`b`"]
    );
}

/// The sections of options in which there is no code.
fn without_example(text: &str) -> Vec<&str> {
    let sections = text.split("\n## ").skip(1);
    let options = sections.filter(|section| section.starts_with('`'));
    let bare = options.filter(|section| !section.contains("```"));
    bare.filter_map(|section| section.lines().next()).collect()
}

#[test]
fn a_missing_option_is_seen() {
    let options = options(
        "pub(crate) const OPTIONS: [..] = [\n    (\"pool\", \"P\"),\n    (\"skip\", \"\"),\n];\n",
    );
    let forms: &[&str] = &["| `OPTION` |", "| `OPTION = "];
    assert_eq!(
        missing("x.md", "| `pool = EXPR` |\n", forms, &options),
        ["x.md: `skip` is missing"]
    );
}

/// The first word of each row of the table.
fn options(source: &str) -> Vec<&str> {
    let (_, table) = source.split_once("const OPTIONS").unwrap_or_default();
    let (table, _) = table.split_once("];").unwrap_or_default();
    let rows = table.lines().map(str::trim);
    rows.filter_map(|row| Some(row.strip_prefix("(\"")?.split_once('"')?.0))
        .collect()
}

fn missing(path: &str, text: &str, forms: &[&str], options: &[&str]) -> Vec<String> {
    let is_missing = |option: &&&str| {
        let stands = |form: &&str| text.contains(&form.replace("OPTION", option));
        !forms.iter().any(stands)
    };
    let missing = options.iter().filter(is_missing);
    missing
        .map(|option| format!("{path}: `{option}` is missing"))
        .collect()
}
