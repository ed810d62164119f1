//! Checks the table of blocking functions against the toolchain, and writes it as a list for clippy.

use std::{
    collections::BTreeSet,
    env,
    fmt::Write as _,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// The part of a row that this file needs: a function of std, and why it is in the table.
struct Row {
    path: String,
    reason: String,
    level: i64,
}

fn rows() -> Vec<Row> {
    let text = fs::read_to_string(file("blocking.toml")).expect("the table is there");
    let table: toml::Table = text.parse().expect("the table is TOML");
    let mut rows = Vec::new();
    for group in table["group"].as_array().expect("groups") {
        for function in group["functions"].as_array().expect("functions") {
            rows.push(Row {
                path: function.as_str().expect("a path").to_owned(),
                reason: group["reason"].as_str().expect("a reason").to_owned(),
                level: group["level"].as_integer().expect("a level"),
            });
        }
    }
    rows.retain(|row| row.path.starts_with("std::"));
    rows
}

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// The paths that the compiler does not find with these imports.
fn unknown(paths: &[&str], imports: &str) -> BTreeSet<String> {
    let uses: Vec<String> = paths
        .iter()
        .map(|path| format!("    let _ = {path};\n"))
        .collect();
    let source = format!("{imports}\nfn main() {{\n{}}}\n", uses.concat());
    let mut compiler = Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
        .args([
            "--edition=2024",
            "--crate-type=bin",
            "--emit=metadata",
            "--error-format=json",
        ])
        // Not `/dev/null`: rustc renames its output to that path, and as root it would replace the device with a file.
        .args(["--out-dir", env!("CARGO_TARGET_TMPDIR"), "-"])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("rustc starts");
    let mut input = compiler.stdin.take().expect("a pipe");
    input.write_all(source.as_bytes()).expect("rustc reads");
    drop(input);
    let output = offload_limits::output_of(compiler);
    let first = imports.lines().count() + 2;
    String::from_utf8_lossy(&output.stderr)
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .filter(|error| {
            let code = error["code"]["code"].as_str().unwrap_or_default();
            ["E0412", "E0425", "E0432", "E0433", "E0576", "E0599"].contains(&code)
        })
        .filter_map(|error| error["spans"][0]["line_start"].as_u64())
        .filter_map(|line| usize::try_from(line).ok()?.checked_sub(first))
        .filter_map(|index| paths.get(index).map(|path| (*path).to_owned()))
        .collect()
}

/// No traits at all, not even those of the prelude.
const NO_TRAITS: &str = "#![allow(unused)]\n#![no_implicit_prelude]\nextern crate std;";

const TRAITS: &str = "#![allow(unused)]\nuse std::io::{BufRead as _, Read as _, Seek as _, Write as _};\n\
                      use std::os::unix::fs::FileExt as _;";

#[test]
fn each_function_of_std_is_still_there() {
    let rows = rows();
    let paths: Vec<&str> = rows.iter().map(|row| row.path.as_str()).collect();
    assert!(paths.len() > 80, "{paths:?}");
    assert_eq!(unknown(&paths, TRAITS), BTreeSet::new());
}

#[test]
fn one_that_is_not_there_is_found() {
    let paths = ["std::fs::read", "std::fs::File::rewrite"];
    let wrong = BTreeSet::from(["std::fs::File::rewrite".to_owned()]);
    assert_eq!(unknown(&paths, TRAITS), wrong);
}

/// The rows that clippy can express, for projects that ban these calls everywhere. `BLESS=1` rewrites the list.
#[test]
fn clippy_has_the_same_list() {
    let rows = rows();
    let paths: Vec<&str> = rows.iter().map(|row| row.path.as_str()).collect();
    // Clippy takes paths of functions and of traits. It does not take the path of a trait's method through a type.
    let by_trait = unknown(&paths, NO_TRAITS);
    let mut list = String::from(
        "# For clippy: the functions of std that block, wherever they are called. Made from blocking.toml.\n\
         disallowed-methods = [\n",
    );
    for row in rows
        .iter()
        .filter(|row| row.level < 4 && !by_trait.contains(&row.path))
    {
        let Row { path, reason, .. } = row;
        writeln!(list, "    {{ path = \"{path}\", reason = \"{reason}\" }},")
            .expect("a string grows");
    }
    list.push_str("]\n");
    assert!(list.lines().count() > 60, "{list}");
    let path = file("clippy/clippy.toml");
    if env::var_os("BLESS").is_some() {
        fs::write(&path, &list).expect("the list is written");
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(kept, list, "clippy.toml: BLESS=1 if the table is right");
}
