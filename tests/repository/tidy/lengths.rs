//! How long functions of the libraries may be: one that is longer is several steps, each of which can have a name.

use crate::{SOURCES, rules::has_extension};

const MOST_LINES: usize = 40;

/// Longer functions that would not be clearer in parts, and why.
const EXCEPTIONS: [(&str, &str, &str); 5] = [
    (
        "runtime/src/error/mod.rs",
        "fmt",
        "a table: the text of each error",
    ),
    (
        "runtime/src/remote/error_serde.rs",
        "from",
        "two tables: each error as it crosses, and back",
    ),
    (
        "macros/src/expand/owner.rs",
        "beside",
        "one template, which shows what is written",
    ),
    (
        "cluster/src/node/run.rs",
        "run",
        "one loop, with an arm for each thing that can happen",
    ),
    (
        "cluster/src/dispatcher/answers.rs",
        "answer",
        "a table: what follows from each outcome",
    ),
];

pub(crate) fn functions_are_short(path: &str, text: &str, wrong: &mut Vec<String>) {
    let is_library = SOURCES.iter().any(|start| path.starts_with(start));
    if !is_library || !has_extension(path, "rs") || path.contains("tests") {
        return;
    }
    let library = text.split("\nmod tests {").next().unwrap_or_default();
    for (name, lines) in functions(library) {
        let is_exception =
            |(of, function, _): &(&str, &str, &str)| (*of, *function) == (path, name);
        if lines > MOST_LINES && !EXCEPTIONS.iter().any(is_exception) {
            wrong.push(format!(
                "{path}: `{name}` has {lines} lines, {MOST_LINES} are the limit: give its steps names"
            ));
        }
    }
}

/// The widest comment that is still read at a glance.
const MOST_COLUMNS: usize = 140;

pub(crate) fn comments_fit(path: &str, text: &str, wrong: &mut Vec<String>) {
    if !has_extension(path, "rs") {
        return;
    }
    for (index, line) in text.lines().enumerate() {
        let columns = line.chars().count();
        if columns > MOST_COLUMNS && line.trim_start().starts_with("//") {
            wrong.push(format!(
                "{path}:{}: a comment of {columns} columns, {MOST_COLUMNS} are the limit",
                index + 1
            ));
        }
    }
}

/// The name of each function, and how many lines it has.
fn functions(text: &str) -> impl Iterator<Item = (&str, usize)> {
    let lines: Vec<_> = text.lines().collect();
    let starts: Vec<_> = (0..lines.len())
        .filter_map(|at| Some((at, name(lines[at])?)))
        .collect();
    starts.into_iter().map(move |(at, name)| {
        let indent = lines[at].len() - lines[at].trim_start().len();
        let rest = lines[at..].iter().position(|line| ends(line, indent));
        (name, rest.map_or(lines.len() - at, |last| last + 1))
    })
}

/// The name in the first line of a function.
fn name(line: &str) -> Option<&str> {
    let (before, after) = line.split_once("fn ")?;
    let words = [
        "pub",
        "pub(crate)",
        "pub(super)",
        "default",
        "const",
        "async",
        "unsafe",
    ];
    let is_start = before.split_whitespace().all(|word| words.contains(&word));
    let end = after.find(|sign: char| !sign.is_alphanumeric() && sign != '_')?;
    (is_start && end > 0).then(|| &after[..end])
}

/// Whether a function with that indentation ends here. A declaration ends with a semicolon.
fn ends(line: &str, indent: usize) -> bool {
    let is_level = line.len() - line.trim_start().len() == indent;
    let last = line.trim_end();
    is_level && (last.ends_with('}') || last.ends_with(';'))
}

#[test]
fn wide_comments_are_seen() {
    let seen = |line: &str| {
        let mut wrong = Vec::new();
        comments_fit("tests/x.rs", line, &mut wrong);
        wrong.len()
    };
    let wide = "x".repeat(MOST_COLUMNS - 4);
    assert_eq!(seen(&format!("/// {wide}")), 0);
    assert_eq!(seen(&format!("/// {wide}.")), 1);
    assert_eq!(seen(&format!("let x = 1; // {wide}")), 0);
}

#[test]
fn long_functions_are_seen() {
    let seen = |text: &str| {
        let mut wrong = Vec::new();
        functions_are_short("runtime/src/x.rs", text, &mut wrong);
        wrong.len()
    };
    let body = "    let x = 1;\n".repeat(MOST_LINES);
    assert_eq!(seen(&format!("fn a() {{\n{body}}}\n")), 1);
    assert_eq!(
        seen(&format!("pub(crate) async fn a() {{\n{body}}}\nfn b();\n")),
        1
    );
    let short = "fn a();\nfn b() {}\n";
    assert_eq!(
        seen(&format!(
            "{short}{body}fn c(\n    x: u8,\n) -> u8 {{\n    x\n}}\n"
        )),
        0
    );
    assert_eq!(
        seen(&format!(
            "mod x {{}}\nmod tests {{\nfn a() {{\n{body}}}\n}}\n"
        )),
        0
    );
}
