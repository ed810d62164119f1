//! Whether imports run downwards, as `table` says. A folder that is not in the table fails the test.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use crate::{
    paths, root,
    rules::{has_extension, has_no_path_attributes},
    table::{CRATES, Crate},
};

/// What a file imports that its folder must not.
pub(crate) fn imports_run_downwards(path: &str, text: &str, wrong: &mut Vec<String>) {
    for one in CRATES {
        let Some(file) = path
            .strip_prefix(one.sources)
            .filter(|file| has_extension(file, "rs") && !["lib.rs", "main.rs"].contains(file))
        else {
            continue;
        };
        let folder = top(file);
        let Some((_, allowed)) = one.layers.iter().find(|(name, _)| *name == folder) else {
            wrong.push(format!(
                "{path}: `{folder}` has no place in tests/repository/tidy/table*.rs"
            ));
            continue;
        };
        let lib = lib(one);
        for name in imports(text, &lib) {
            let of_lib = !is_layer(one, &name) && lib.contains(&format!("\nconst {name}:"));
            let too_high = is_layer(one, &name) && name != folder;
            if of_lib || too_high && !allowed.contains(&name.as_str()) {
                wrong.push(format!("{path}: `{folder}` must not import `{name}`"));
            }
        }
    }
}

fn is_layer(one: &Crate, name: &str) -> bool {
    one.layers.iter().any(|(layer, _)| *layer == name)
}

/// The text of `lib.rs`; a program has none.
fn lib(one: &Crate) -> String {
    fs::read_to_string(root().join(one.sources).join("lib.rs")).unwrap_or_default()
}

/// The top of each folder has the sentence "May import `x` and `y`", and it names what the table names.
pub(crate) fn says_what_it_may_import(path: &str, text: &str, wrong: &mut Vec<String>) {
    for one in CRATES {
        let folder = path.strip_prefix(one.sources).and_then(folder_of_mod);
        let row = one.layers.iter().find(|(name, _)| Some(*name) == folder);
        let Some((_, allowed)) = row else { continue };
        let table = Some(allowed.iter().copied().collect());
        let said = said(text);
        if said != table {
            wrong.push(format!(
                "{path}: says that it may import {said:?}, and the table {table:?}"
            ));
        }
    }
}

fn folder_of_mod(file: &str) -> Option<&str> {
    file.strip_suffix("/mod.rs")
}

/// The names in code marks of that sentence, if it is there.
fn said(text: &str) -> Option<BTreeSet<&str>> {
    let docs = &text[..text.find("\n\n").unwrap_or(text.len())];
    let (_, after) = docs.split_once("May import ")?;
    let sentence = after.split(['.', ';']).next()?;
    Some(sentence.split('`').skip(1).step_by(2).collect())
}

/// Every layer imports only layers above which it stands in the table: so there is no circle.
pub(crate) fn circles() -> Vec<String> {
    let mut wrong = Vec::new();
    for one in CRATES {
        let places: BTreeMap<_, _> = one.layers.iter().map(|(name, _)| *name).zip(0..).collect();
        for (name, allowed) in one.layers {
            for other in *allowed {
                if places.get(other).is_none_or(|place| *place >= places[name]) {
                    wrong.push(format!(
                        "{}{name} may import `{other}`, which is not below it",
                        one.sources
                    ));
                }
            }
        }
    }
    wrong
}

/// What the table allows and no file needs: it says that one folder knows the other, and it does not.
pub(crate) fn unused(one: &Crate, files: &[(String, String)]) -> Vec<String> {
    let (mut used, lib) = (BTreeSet::new(), lib(one));
    for (text, path) in files {
        let folder = top(&path[one.sources.len()..]);
        let names = imports(text, &lib).into_iter();
        used.extend(names.map(|name| (folder, name)));
    }
    let allowed = one.layers.iter();
    let pairs =
        allowed.flat_map(|(name, allowed)| allowed.iter().map(move |other| (*name, *other)));
    pairs
        .filter(|(name, other)| !used.contains(&(*name, (*other).to_owned())))
        .map(|(name, other)| format!("{}{name} does not import `{other}`", one.sources))
        .collect()
}

/// The folder at the top of a crate, or the file there, that this file is part of.
fn top(file: &str) -> &str {
    file.split_once('/')
        .map_or_else(|| file.trim_end_matches(".rs"), |(folder, _)| folder)
}

/// The modules at the top of the crate that code names, also by what `lib.rs` hands on of them. Docs may name anything.
fn imports(text: &str, lib: &str) -> Vec<String> {
    let handed_on = handed_on(lib);
    let home = |name| handed_on.get(&name).cloned().unwrap_or(name);
    names(text).into_iter().map(home).collect()
}

/// Each name that `lib.rs` hands on, and the module at the top from which it has it.
fn handed_on(lib: &str) -> BTreeMap<String, String> {
    let public = paths::imports(&[], lib).into_iter();
    let public = public.filter(|import| import.is_public);
    let homes = public.filter_map(|import| Some((import.name, import.path.into_iter().next()?)));
    // A module may have the name of what stands in it.
    homes.filter(|(name, home)| name != home).collect()
}

/// The names at the root of the crate: in `use crate::{..}`, and in paths.
fn names(text: &str) -> Vec<String> {
    let code: String = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .flat_map(|line| [line, "\n"])
        .collect();
    let mut found = Vec::new();
    for (at, start) in code.match_indices("crate::") {
        // Code in a message.
        if code[..at].ends_with('`') {
            continue;
        }
        let rest = &code[at + start.len()..];
        match rest.strip_prefix('{') {
            Some(group) => found.extend(heads(group)),
            None => found.push(word(rest)),
        }
    }
    found
}

/// The first words of the parts of a `{..}` group, whose brace is behind.
fn heads(group: &str) -> Vec<String> {
    let (mut depth, mut at_head, mut found) = (0, true, Vec::new());
    for (at, sign) in group.char_indices() {
        match sign {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => at_head = true,
            sign if at_head && !sign.is_whitespace() => {
                found.push(word(&group[at..]));
                at_head = false;
            }
            _ => {}
        }
    }
    found
}

pub(crate) fn word(text: &str) -> String {
    text.chars()
        .take_while(|sign| sign.is_alphanumeric() || *sign == '_')
        .collect()
}

#[test]
fn another_sentence_than_the_table_is_seen() {
    let seen = |sentence: &str| {
        let mut wrong = Vec::new();
        says_what_it_may_import("runtime/src/call/mod.rs", sentence, &mut wrong);
        wrong.len()
    };
    assert_eq!(
        seen("//! May import `error`,\n//! `sync` and `unwind`. See `x`.\n"),
        0
    );
    assert_eq!(seen("//! May import `error` and `unwind`.\n"), 1);
    assert_eq!(
        seen("//! May import `error`, `pool`, `sync` and `unwind`.\n"),
        1
    );
    assert_eq!(seen("//! May import `body` and what is below it.\n"), 1);
    assert_eq!(seen("//! One call.\n\nuse May import `error`;\n"), 1);
    let (mut wrong, nothing) = (Vec::new(), "//! May import nothing of the crate.\n");
    says_what_it_may_import("runtime/src/error/mod.rs", nothing, &mut wrong);
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn what_runs_upwards_is_seen() {
    let broken = [
        "use crate::pool::Pool;\n",
        "use crate::{error::Error, sync::{Mutex, MutexGuard}, pool};\n",
        "fn f() { crate::snapshot::snapshot(); }\n",
    ];
    for text in broken {
        let mut wrong = Vec::new();
        imports_run_downwards("runtime/src/call/x.rs", text, &mut wrong);
        assert_eq!(wrong.len(), 1, "{text}: {wrong:?}");
    }
    let mut wrong = Vec::new();
    imports_run_downwards("runtime/src/call/x.rs", "/// [`crate::pool`]\n", &mut wrong);
    assert!(wrong.is_empty(), "{wrong:?}");
    imports_run_downwards("runtime/src/unheard/x.rs", "", &mut wrong);
    assert_eq!(wrong.len(), 1, "{wrong:?}");
    let attribute = concat!("#[", "path = \"y.rs\"]");
    for path in ["runtime/src/x.rs", "remote/tests/x.rs", "tests/loom/x.rs"] {
        has_no_path_attributes(path, attribute, &mut wrong);
    }
    assert_eq!(wrong.len(), 3, "{wrong:?}");
}

#[test]
fn what_lib_hands_on_is_seen() {
    let lib = "mod a;\npub use a::{A, b};\npub use self::{c::D as E, f::f};\nuse self::g as h;\n";
    let homes = [("A", "a"), ("b", "a"), ("E", "c")];
    let homes = homes.map(|(name, home)| (name.to_owned(), home.to_owned()));
    assert_eq!(handed_on(lib), homes.into());
    assert_eq!(imports("use crate::{A, h, x::E};\n", lib), ["a", "h", "x"]);
    for (path, text, number) in [
        ("watch/src/recent.rs", "use crate::Blocked;\n", 0),
        ("watch/src/allow.rs", "use crate::{Blocked, How};\n", 2),
        (
            "runtime/src/call/x.rs",
            "fn f(_: crate::Offload<()>) {}\n",
            1,
        ),
        ("macros/src/expand/x.rs", "use crate::whole;\n", 0),
    ] {
        let mut wrong = Vec::new();
        imports_run_downwards(path, text, &mut wrong);
        assert_eq!(wrong.len(), number, "{path}: {wrong:?}");
    }
}
