//! Files that code includes as text. They may have examples, also if code includes them only under `cfg(doctest)`.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use proc_macro2::{TokenStream, TokenTree};

use super::{files::Files, text::code};
use crate::cargo::without_parents;

/// The files that these source files include, except for source files: their examples are found in their comments.
pub(super) fn included(by: &[PathBuf], files: &mut Files) -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    for file in by {
        // A file that is not UTF-8 includes nothing.
        if let Ok(text) = files.text(file) {
            found.extend(names(&text).iter().filter_map(|name| place(file, name)));
        }
    }
    for file in by {
        found.remove(file);
    }
    found
}

/// The included file of that name. A name that begins with `/` is appended to the folder of a package, as in
/// `concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")`.
fn place(by: &Path, name: &str) -> Option<PathBuf> {
    let mut around = by.ancestors().skip(1);
    let near = match name.strip_prefix('/') {
        Some(name) => around
            .map(|folder| folder.join(name))
            .find(|it| it.is_file()),
        None => around.next().map(|folder| folder.join(name)),
    };
    near.map(|path| without_parents(&path))
        .filter(|path| path.is_file())
}

/// The string literals in the arguments of macros that include files.
fn names(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    if MACROS.iter().any(|name| text.contains(name)) {
        let tokens = code(text).1.parse::<TokenStream>();
        look(tokens.unwrap_or_default(), false, &mut found);
    }
    found
}

/// The macro of the standard library, and the one of the crate `doc_comment`.
const MACROS: [&str; 2] = ["include_str", "doctest"];

fn look(tokens: TokenStream, is_given: bool, found: &mut Vec<String>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (at, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Group(group) => {
                look(group.stream(), is_given || includes(&tokens[..at]), found);
            }
            TokenTree::Literal(text) if is_given => {
                if let syn::Lit::Str(text) = syn::Lit::new(text.clone()) {
                    found.push(text.value());
                }
            }
            _ => {}
        }
    }
}

fn includes(before: &[TokenTree]) -> bool {
    let [.., TokenTree::Ident(name), TokenTree::Punct(sign)] = before else {
        return false;
    };
    sign.as_char() == '!' && MACROS.iter().any(|one| name == one)
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn files_are_found_in_every_place_that_includes_them() {
        for text in [
            "#[cfg(doctest)] #[doc = include_str!(\"README\")] struct A;",
            "#![cfg_attr(doctest, doc = include_str!(\"README\"))]",
            "#![doc = include_str!(concat!(env!(\"A\"), \"README\"))]",
            "macro_rules! a { () => { #[doc = include_str![r\"README\"]] struct A; } }",
            "#[cfg(doctest)] doc_comment::doctest!(\"README\");",
            "fn a() { b(std::include_str!(\"README\")) }",
        ] {
            assert!(names(text).contains(&"README".to_owned()), "{text}");
        }
        for text in [
            "fn a() { b(\"include_str\") }",
            "// include_str!(\"README\")\nfn a() { include_str(\"README\") }",
        ] {
            assert_eq!(names(text), [""; 0], "{text}");
        }
    }
}
