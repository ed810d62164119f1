//! The map, ARCHITECTURE.md, and the checklists beside it: what they name exists where the page says, and the map has every folder.

use std::{collections::BTreeSet, fs};

use crate::{files, root};

/// The pages whose names of files must be right.
const PAGES: [&str; 2] = ["ARCHITECTURE.md", "docs/checklists.md"];
/// Where each folder is in the map: the folders of the repository, and of the crates that have a table there.
const ON_THE_MAP: [&str; 4] = ["", "macros/src/", "runtime/src/", "remote/src/"];
/// The folder of paths in sections whose heading names no crate.
const USUAL: &str = "runtime/src";
/// Names that stand for one file of any folder.
const OF_ANY: [&str; 2] = ["mod.rs", "mock.rs"];

#[test]
fn every_file_on_the_map_exists() {
    let files = files();
    for page in PAGES {
        let text = fs::read_to_string(root().join(page)).unwrap();
        let (named, wrong) = named(&text, &|path| {
            is_there(path, &files) || root().join(path).exists()
        });
        assert!(named.len() > 20, "{page} names no files");
        assert!(
            wrong.is_empty(),
            "{page}: there is no {wrong:?}, neither in the folder of its section nor in one named beside it"
        );
    }
}

#[test]
fn every_folder_is_on_the_map() {
    let (map, files) = (fs::read_to_string(root().join(PAGES[0])).unwrap(), files());
    let (named, _) = named(&map, &|path| is_there(path, &files));
    let wrong = unmapped(&named, &files);
    assert!(wrong.is_empty(), "{} does not name {wrong:?}", PAGES[0]);
}

fn is_there(path: &str, files: &BTreeSet<String>) -> bool {
    let inside = format!("{path}/");
    let after = files.range(inside.clone()..).next();
    files.contains(path) || after.is_some_and(|file| file.starts_with(&inside))
}

/// A paragraph, an item of a list, or a row of a table.
struct Item {
    /// The crate that the heading above names.
    section: Option<String>,
    /// Whether it is an item of a list within another item.
    is_inner: bool,
    text: String,
}

fn items(text: &str) -> Vec<Item> {
    let (mut items, mut section, mut is_open) = (Vec::<Item>::new(), None, false);
    for line in text.lines() {
        let start = line.trim_start();
        if line.starts_with('#') {
            let name = line.split('`').nth(1);
            section = name
                .and_then(|name| name.strip_suffix('/'))
                .map(str::to_owned);
        }
        let is_mark = |start: &str| start.starts_with("- ") || start.starts_with(['#', '|']);
        let is_number = start.starts_with(|sign: char| sign.is_ascii_digit());
        if !is_open || is_mark(start) || is_number {
            items.push(Item {
                section: section.clone(),
                is_inner: start.len() < line.len(),
                text: String::new(),
            });
        }
        is_open = !start.is_empty();
        if let Some(item) = items.last_mut() {
            item.text.extend([line, "\n"]);
        }
    }
    items
}

/// The paths that the page names, and those that are nowhere. A path may begin in a folder that its item names, in the crate of its
/// section, or at the root.
fn named(text: &str, exists: &dyn Fn(&str) -> bool) -> (BTreeSet<String>, Vec<String>) {
    let (mut all, mut wrong, mut outer) = (BTreeSet::new(), Vec::new(), Vec::new());
    for item in items(text) {
        let mut near: Vec<String> = if item.is_inner {
            outer.clone()
        } else {
            Vec::new()
        };
        let mut left = Vec::new();
        // Twice, because a row names its folder after its files.
        for _ in 0..2 {
            left.clear();
            for path in paths(&item.text) {
                match place(path, &item, &near, exists) {
                    Some(place) => {
                        near.push(place.clone());
                        all.insert(place);
                    }
                    None => left.push(path.to_owned()),
                }
            }
        }
        wrong.append(&mut left);
        if !item.is_inner {
            outer = near;
        }
    }
    (all, wrong)
}

fn place(
    path: &str,
    item: &Item,
    near: &[String],
    exists: &dyn Fn(&str) -> bool,
) -> Option<String> {
    let crate_ = item.section.iter();
    let of_section = crate_.flat_map(|name| [format!("{name}/src"), name.clone()]);
    let beside = near.iter().rev().flat_map(|path| around(path));
    let usual = [String::new(), USUAL.to_owned()];
    let bases = beside.chain(of_section).chain(usual);
    let mut places = bases.map(|base| {
        let place = format!("{base}/{path}");
        place.trim_matches('/').to_owned()
    });
    places.find(|place| exists(place))
}

/// The folders around a path, the nearest first, and the `src` of each.
fn around(path: &str) -> impl Iterator<Item = String> {
    let ends = path.rmatch_indices('/').map(|(at, _)| at);
    let folders = [path.len()].into_iter().chain(ends).map(|end| &path[..end]);
    folders.flat_map(|folder| [folder.to_owned(), format!("{folder}/src")])
}

/// What stands in code marks and has the form of a path, without names that stand for others.
fn paths(text: &str) -> impl Iterator<Item = &str> {
    let code = text
        .lines()
        .flat_map(|line| line.split('`').skip(1).step_by(2));
    code.filter(|code| {
        let is_plain = |sign: char| sign.is_ascii_alphanumeric() || "_-./".contains(sign);
        let is_file = [".rs", ".md", ".toml"]
            .iter()
            .any(|end| code.ends_with(end));
        let is_one = !code.contains("NAME") && !OF_ANY.contains(code);
        code.chars().all(is_plain) && (is_file || code.contains('/')) && is_one
    })
}

/// The folders that the map does not name.
fn unmapped(named: &BTreeSet<String>, files: &BTreeSet<String>) -> BTreeSet<String> {
    let folders = ON_THE_MAP.iter().flat_map(|start| {
        let below = files
            .iter()
            .filter_map(move |file| Some((start, file.strip_prefix(start)?)));
        below.filter_map(|(start, file)| Some(format!("{start}{}", file.split_once('/')?.0)))
    });
    folders.filter(|folder| !named.contains(folder)).collect()
}

#[test]
fn what_is_gone_or_elsewhere_is_seen() {
    let files = [
        "runtime/src/call/cell.rs",
        "runtime/src/body.rs",
        "remote/src/call/queued.rs",
        "remote/src/pool/state.rs",
        "tests/ui/a.rs",
    ];
    let files: BTreeSet<String> = files.map(str::to_owned).into();
    let wrong = |text: &str| named(text, &|path| is_there(path, &files)).1;
    let right = "`call/cell.rs`, `cell.rs`, `call/`, `body.rs`, `a / b`, `mod.rs` and `NAME_mock.rs`\n\n`remote/src/call/`: `queued.rs`\n\n\
        # The `remote/`\n\n| `queued.rs` | `call/` |\n\n`pool/state.rs`\n\n- `tests/`:\n  - `ui/`\n";
    assert!(wrong(right).is_empty(), "{:?}", wrong(right));
    let elsewhere = "`cell.rs`, `call/queued.rs`, `call/gone.rs`\n\n`ell.rs`\n\n# `remote/`\n\n`cell.rs`\n- `ui/`\n- `remote/`, `cell.rs`\n";
    assert_eq!(
        wrong(elsewhere),
        [
            "cell.rs",
            "call/queued.rs",
            "call/gone.rs",
            "ell.rs",
            "cell.rs",
            "ui/",
            "cell.rs"
        ]
    );
    let (some, _) = named("`runtime/`, `call/`", &|path| is_there(path, &files));
    let rest = ["remote", "remote/src/call", "remote/src/pool", "tests"];
    let rest = rest.map(str::to_owned).into();
    assert_eq!(unmapped(&some, &files), rest);
}
