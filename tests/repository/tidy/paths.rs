//! The paths that a module names: in `use` declarations, and in its code.

/// What a module imports.
pub(crate) struct Import {
    /// From the root of the crate.
    pub(crate) path: Vec<String>,
    /// What it is called here.
    pub(crate) name: String,
    /// Whether the name is handed on: then nothing of it need be used here.
    pub(crate) is_public: bool,
}

/// The module that a file is, by its path from the root of its crate.
pub(crate) fn module(path: &str) -> Vec<String> {
    let mut names: Vec<_> = path
        .trim_end_matches(".rs")
        .split('/')
        .map(str::to_owned)
        .collect();
    if names
        .last()
        .is_some_and(|last| ["mod", "lib", "main"].contains(&last.as_str()))
    {
        names.pop();
    }
    names
}

/// All that `text`, which is `module`, names of its crate. Its tests do not count.
pub(crate) fn imports(module: &[String], text: &str) -> Vec<Import> {
    let code = code(text);
    let children: Vec<_> = code.split("mod ").skip(1).map(first_word).collect();
    let mut found = Vec::new();
    let mut rest = code.as_str();
    while let Some(at) = rest.find("::") {
        let start = rest[..at]
            .rfind(|sign: char| !is_word(sign))
            .map_or(0, |before| before + 1);
        let head = &rest[start..at];
        let line = rest[..start].rsplit('\n').next().unwrap_or_default().trim();
        let is_public = line.starts_with("pub") && line.ends_with(" use");
        let (names, length) = tree(&rest[start..]);
        if ["crate", "super", "self"].contains(&head) || children.contains(&head) {
            found.extend(names.into_iter().filter_map(|(path, name)| {
                let path = from_root(module, path)?;
                Some(Import {
                    path,
                    name,
                    is_public,
                })
            }));
        }
        rest = &rest[start + length..];
    }
    found
}

/// Without comments and tests.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    text.lines()
        .map(|line| line.split("//").next().unwrap_or_default())
        .flat_map(|line| [line, "\n"])
        .collect()
}

/// The paths of a tree like `a::{b::C, D as E}`, each with the name it brings, and how long the tree is.
fn tree(text: &str) -> (Vec<(Vec<String>, String)>, usize) {
    let name = first_word(text);
    let mut at = name.len();
    let Some(inner) = text[at..].strip_prefix("::") else {
        let alias = text[at..].trim_start().strip_prefix("as ");
        let shown = alias.map_or(name, |alias| first_word(alias.trim_start()));
        return (vec![(vec![name.to_owned()], shown.to_owned())], at);
    };
    at += 2;
    let mut below = Vec::new();
    if let Some(group) = inner.strip_prefix('{') {
        at += 1;
        let mut rest = group;
        while !rest.is_empty() && !rest.starts_with('}') {
            let start = rest.len() - rest.trim_start().len();
            let (names, length) = tree(&rest[start..]);
            below.extend(names);
            let after = &rest[start + length..];
            let end = after.find([',', '}']).unwrap_or(after.len());
            let end = end + usize::from(after[end..].starts_with(','));
            let over = after[end..].len() - after[end..].trim_start().len();
            at += start + length + end + over;
            rest = &after[end + over..];
        }
        at += usize::from(rest.starts_with('}'));
    } else {
        let (names, length) = tree(inner);
        at += length;
        below = names;
    }
    let paths = below.into_iter().map(|(mut path, shown)| {
        path.insert(0, name.to_owned());
        path.retain(|part| !part.is_empty());
        (path, shown)
    });
    (paths.collect(), at)
}

/// The same path without `crate`, `super` and `self`.
fn from_root(module: &[String], path: Vec<String>) -> Option<Vec<String>> {
    let mut from = module.to_vec();
    let mut names = path.into_iter().peekable();
    while let Some(name) = names.peek() {
        match name.as_str() {
            "crate" => from.clear(),
            "super" => drop(from.pop()?),
            "self" => {}
            _ => break,
        }
        names.next();
    }
    from.extend(names.filter(|name| name != "self"));
    Some(from)
}

fn first_word(text: &str) -> &str {
    let end = text.find(|sign: char| !is_word(sign));
    &text[..end.unwrap_or(text.len())]
}

fn is_word(sign: char) -> bool {
    sign.is_alphanumeric() || sign == '_'
}

#[test]
fn trees_are_read() {
    let text = "use crate::{a::B, c::{self, D as E}};\npub(crate) use x::Y;\nmod x;\nfn f() { x::g(super::h()) }\n";
    let module = ["m".to_owned(), "n".to_owned()];
    let found = imports(&module, text);
    let all: Vec<_> = found
        .iter()
        .map(|import| (import.path.join("::"), import.is_public))
        .collect();
    let all: Vec<_> = all
        .iter()
        .map(|(path, is_public)| (path.as_str(), *is_public))
        .collect();
    let expected = [
        ("a::B", false),
        ("c", false),
        ("c::D", false),
        ("m::n::x::Y", true),
        ("m::n::x::g", false),
        ("m::h", false),
    ];
    assert_eq!(all, expected);
    assert_eq!(found[2].name, "E");
}
