//! The map, ARCHITECTURE.md, and the checklists beside it: what they name exists, and the map has every folder.

use std::{collections::BTreeSet, fs};

use crate::{files, root};

/// The pages whose names of files must be right.
const PAGES: [&str; 2] = ["ARCHITECTURE.md", "docs/checklists.md"];
/// Where each folder is in the map: the folders of the repository, and of the crates that have a table there.
const ON_THE_MAP: [&str; 4] = ["", "macros/src/", "runtime/src/", "remote/src/"];

#[test]
fn every_file_on_the_map_exists() {
    let files = files();
    for page in PAGES {
        let text = fs::read_to_string(root().join(page)).unwrap();
        assert!(paths(&text).count() > 20, "{page} names no files");
        let wrong: Vec<_> = paths(&text).filter(|path| !exists(path, &files)).collect();
        assert!(wrong.is_empty(), "{page}: there is no {wrong:?}");
    }
}

#[test]
fn every_folder_is_on_the_map() {
    let (map, files) = (fs::read_to_string(root().join(PAGES[0])).unwrap(), files());
    let wrong = unmapped(&map, &files);
    assert!(wrong.is_empty(), "{} does not name {wrong:?}", PAGES[0]);
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
        code.chars().all(is_plain) && (is_file || code.contains('/')) && !code.contains("NAME")
    })
}

/// A path may begin at the root, or further down where the page says of which folder it speaks.
fn exists(path: &str, files: &BTreeSet<String>) -> bool {
    let (below, inside) = (format!("/{path}"), format!("/{path}/").replace("//", "/"));
    root().join(path).exists()
        || files
            .iter()
            .any(|file| file.ends_with(&below) || format!("/{file}").contains(&inside))
}

/// The folders that the map does not name.
fn unmapped(map: &str, files: &BTreeSet<String>) -> BTreeSet<String> {
    let folders = ON_THE_MAP.iter().flat_map(|start| {
        let below = files
            .iter()
            .filter_map(move |file| file.strip_prefix(start));
        below.filter_map(|file| Some(file.split_once('/')?.0.to_owned()))
    });
    let is_named = |folder: &String| map.contains(&format!("`{folder}/"));
    folders.filter(|folder| !is_named(folder)).collect()
}

#[test]
fn what_is_gone_or_not_named_is_seen() {
    let files = BTreeSet::from(["runtime/src/call/cell.rs".to_owned()]);
    let seen: Vec<_> = paths("`call/cell.rs`, `call/`, `cell.rs`, `a / b` and `NAME_mock.rs`")
        .filter(|path| exists(path, &files))
        .collect();
    assert_eq!(seen, ["call/cell.rs", "call/", "cell.rs"]);
    assert!(!exists("call/gone.rs", &files) && !exists("ell.rs", &files));
    let both = BTreeSet::from(["call".to_owned(), "runtime".to_owned()]);
    assert_eq!(unmapped("", &files), both);
    assert!(unmapped("`call/` in `runtime/`", &files).is_empty());
}
