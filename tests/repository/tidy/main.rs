//! The rules of the repository that a program can check, over every file of it.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

mod circles;
mod contents;
mod dead_code;
mod doctests;
mod layers;
mod lengths;
mod links;
mod manifests;
mod map;
mod options;
mod paths;
mod picture;
mod promises;
mod random;
mod rules;
mod table;
mod table_of_runtime;
mod targets;
mod twins;

use rules::{RULES, has_extension};

/// The libraries.
const SOURCES: [&str; 6] = [
    "runtime/src/",
    "remote/src/",
    "macros/src/",
    "cluster/src/",
    "watch/src/",
    "lint/src/",
];

#[test]
fn every_file_keeps_the_rules() {
    let mut wrong = Vec::new();
    for path in files() {
        let text = fs::read_to_string(root().join(&path)).unwrap_or_default();
        for rule in RULES {
            rule(&path, &text, &mut wrong);
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn the_table_of_layers_has_no_circle() {
    let wrong = layers::circles();
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn the_table_of_layers_allows_what_is_needed() {
    let wrong: Vec<_> = table::CRATES
        .iter()
        .flat_map(|one| layers::unused(one, &sources(one.sources)))
        .collect();
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

/// The docs have no folder to take a picture from, so theirs is in the text. `BLESS=1` writes it.
#[test]
fn the_docs_show_the_picture_of_the_readme() {
    let (drawn, file) = (
        root().join("docs/ticker.svg"),
        root().join("runtime/ticker.md"),
    );
    let expected = picture::reference("ticker", &fs::read_to_string(drawn).unwrap());
    if std::env::var_os("BLESS").is_some() {
        fs::write(&file, &expected).unwrap();
    }
    let text = fs::read_to_string(file).unwrap();
    assert!(text == expected, "runtime/ticker.md is not docs/ticker.svg");
}

/// The text and the path of each Rust file of a library.
fn sources(start: &str) -> Vec<(String, String)> {
    let of_library = files()
        .into_iter()
        .filter(|path| path.starts_with(start) && has_extension(path, "rs"));
    let found: Vec<_> = of_library
        .map(|path| (fs::read_to_string(root().join(&path)).unwrap(), path))
        .collect();
    assert!(!found.is_empty(), "{start} has moved");
    found
}

#[test]
fn no_folder_has_a_circle() {
    let mut wrong = Vec::new();
    for start in SOURCES {
        let files = sources(start);
        let files = files
            .iter()
            .map(|(text, path)| (&path[start.len()..], &**text));
        wrong.extend(
            circles::circles(files)
                .iter()
                .map(|what| format!("{start}{what}")),
        );
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn no_type_name_is_there_twice() {
    let mut wrong = Vec::new();
    for start in SOURCES {
        let files = sources(start);
        wrong.extend(twins::twins(
            files.iter().map(|(text, path)| (&**path, &**text)),
        ));
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn every_message_has_its_test() {
    let sources = files()
        .into_iter()
        .filter(|path| path.starts_with("macros/src/diagnostics"));
    let source: String = sources
        .map(|path| fs::read_to_string(root().join(path)).unwrap())
        .collect();
    let messages: BTreeSet<_> = messages(&source).collect();
    let names = files().into_iter().filter_map(|path| {
        let name = path.strip_prefix("tests/ui/ours/")?.strip_suffix(".rs")?;
        Some(name.to_owned())
    });
    let tests: BTreeSet<_> = names.collect();
    let wrong = unmatched(&messages, &tests);
    assert!(
        !messages.is_empty() && wrong.is_empty(),
        "\n{}\n",
        wrong.join("\n")
    );
}

#[test]
fn every_snapshot_and_expansion_has_its_source() {
    let files: BTreeSet<_> = files().into_iter().collect();
    let counterpart = |path: &str| {
        if let Some(form) = path.strip_suffix(".in.rs") {
            return Some(format!("{form}.rs"));
        }
        if path.starts_with("tests/expand/") {
            return path.strip_suffix(".rs").map(|form| format!("{form}.in.rs"));
        }
        let ui = path.strip_prefix("tests/ui/")?;
        // `main.rs`, which compiles them all, has none.
        ui.split_once('/')?;
        match ui.rsplit_once('.')? {
            (name, "rs") => Some(format!("tests/ui/{name}.stderr")),
            (name, _) => Some(format!("tests/ui/{name}.rs")),
        }
    };
    for path in &files {
        if let Some(other) = counterpart(path) {
            assert!(files.contains(&other), "{path}: {other} is missing");
        }
    }
}

#[test]
fn unmatched_names_are_seen() {
    let set = |names: &[&str]| {
        names
            .iter()
            .map(ToString::to_string)
            .collect::<BTreeSet<_>>()
    };
    assert_eq!(
        unmatched(&set(&["wrong_item"]), &set(&["combined_all"])).len(),
        1
    );
    assert_eq!(unmatched(&set(&[]), &set(&["wrong_item_struct"])).len(), 1);
}

/// The names of the functions that make a message.
fn messages(source: &str) -> impl Iterator<Item = String> {
    source.lines().filter_map(|line| {
        let (name, _) = line.strip_prefix("pub(crate) fn ")?.split_once('(')?;
        Some(name.to_owned())
    })
}

/// A test is named after its message, with an ending if there are several, or is one of many messages.
fn unmatched(messages: &BTreeSet<String>, tests: &BTreeSet<String>) -> Vec<String> {
    let belongs = |test: &String| {
        let stems = test.match_indices('_').map(|(at, _)| &test[..at]);
        test.starts_with("combined_")
            || stems
                .chain([test.as_str()])
                .any(|stem| messages.contains(stem))
    };
    // The compiler reads an item before the attribute does, and there is nothing that only it could read. And here the
    // library has its features.
    let untested = messages
        .difference(tests)
        .filter(|name| !["unreadable", "missing_feature", "missing_watch"].contains(&name.as_str()))
        .map(|name| format!("no tests/ui/ours/{name}.rs"));
    let foreign = tests.iter().filter(|test| !belongs(test));
    untested
        .chain(foreign.map(|test| format!("no message for tests/ui/ours/{test}.rs")))
        .collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Every text file of the repository, from its root, in the same order everywhere.
fn files() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    collect(&root(), "", &mut found);
    assert!(
        found.contains("tests/repository/tidy/main.rs"),
        "this is not the root of the repository"
    );
    found
}

fn collect(folder: &Path, prefix: &str, found: &mut BTreeSet<String>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = entry.path();
        // The last is a copy that .ci/without makes for a while, perhaps now.
        let is_made = ["target", "wip", "without"].contains(&&*name);
        if is_made || name.starts_with('.') {
            continue;
        }
        if path.is_dir() {
            collect(&path, &format!("{prefix}{name}/"), found);
        } else if ["rs", "md", "toml", "stderr"]
            .iter()
            .any(|kind| has_extension(&name, kind))
        {
            found.insert(format!("{prefix}{name}"));
        }
    }
}
