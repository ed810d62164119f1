//! The `mod.rs` of each folder says what its files are: a large folder has a line for each of them.

use std::fs;

use crate::{SOURCES, files, root};

/// From how many files on a folder is large. In a list with several files to a line, nobody finds one of so many.
const LARGE: usize = 25;

#[test]
fn every_folder_says_what_its_files_are() {
    let mut wrong = Vec::new();
    for path in files() {
        let is_library = SOURCES.iter().any(|start| path.starts_with(start));
        if is_library && path.ends_with("/mod.rs") {
            let text = fs::read_to_string(root().join(&path)).unwrap();
            says_what_its_files_are(&path, &text, &mut wrong);
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

fn says_what_its_files_are(path: &str, text: &str, wrong: &mut Vec<String>) {
    let modules: Vec<_> = modules(text).collect();
    let is_large = modules.len() >= LARGE;
    for file in modules {
        let mut docs = text.lines().take_while(|line| line.starts_with("//!"));
        let is_named = if is_large {
            let begin = format!("//! - `{file}`: ");
            docs.any(|line| line.starts_with(&begin))
        } else {
            let names = [format!("`{file}`"), format!("`{file}.rs`")];
            docs.any(|line| names.iter().any(|name| line.contains(name)))
        };
        if !is_named {
            let how = if is_large {
                " on a line of its own"
            } else {
                ""
            };
            wrong.push(format!(
                "{path}: say{how} at the top what `{file}` is, after its name"
            ));
        }
    }
}

/// The files of the folder, without tests and stand-ins.
fn modules(text: &str) -> impl Iterator<Item = &str> {
    let before = [""].into_iter().chain(text.lines());
    before.zip(text.lines()).filter_map(|(before, line)| {
        let line = ["pub(crate) ", "pub(super) ", "pub "]
            .iter()
            .find_map(|start| line.strip_prefix(start))
            .unwrap_or(line);
        let file = line.strip_prefix("mod ")?.strip_suffix(';')?;
        let is_left_out = (before.starts_with("#[cfg(") && before.contains("test"))
            || file == "tests"
            || file.ends_with("mock");
        (!is_left_out).then_some(file)
    })
}

#[test]
fn a_file_that_is_not_named_is_seen() {
    let seen = |text: &str| {
        let mut wrong = Vec::new();
        says_what_its_files_are("runtime/src/call/mod.rs", text, &mut wrong);
        wrong.len()
    };
    assert_eq!(
        seen("//! `a`, `b.rs`.\n\nmod a;\npub(crate) mod b;\nmod b_mock;\n"),
        0
    );
    assert_eq!(seen("//! `ab`.\n\nmod a;\n#[cfg(test)]\nmod c;\n"), 1);
    assert_eq!(seen("//! A folder.\n\n// `a`\npub(super) mod a;\n"), 1);
    let many = (0..LARGE).fold(String::new(), |all, file| format!("{all}mod f{file};\n"));
    let lines = (0..LARGE).fold(String::new(), |all, file| {
        format!("{all}//! - `f{file}`: x\n")
    });
    assert_eq!(seen(&format!("{lines}\n{many}")), 0);
    assert_eq!(
        seen(&format!(
            "{}\n{many}",
            lines.replace("- `f1`", "- `f0`, `f1`")
        )),
        1
    );
}
