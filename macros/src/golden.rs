//! The golden expansions in `tests/expand`: `<form>.in.rs` expands to `<form>.rs`. `BLESS=1` rewrites the latter.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;
use std::{env, fs};

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

use crate::tokens::body::regroup;

#[test]
fn expansions_are_as_written_down() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/expand");
    let mut forms = 0;
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        let Some(form) = name.strip_suffix(".in.rs") else {
            continue;
        };
        forms += 1;
        let input = fs::read_to_string(&path).unwrap().parse().unwrap();
        let expanded = pretty(&expand_all(input));
        let golden = folder.join(format!("{form}.rs"));
        if env::var_os("BLESS").is_some() {
            fs::write(&golden, expanded).unwrap();
        } else {
            let written = fs::read_to_string(&golden).unwrap_or_default();
            assert_eq!(
                written, expanded,
                "`{form}` expands differently; `BLESS=1` accepts it"
            );
        }
    }
    assert!(forms > 0, "no golden expansion in {}", folder.display());
}

/// Shows the hidden module as `P`, which the line after the title explains.
fn pretty(tokens: &TokenStream) -> String {
    let short = tokens
        .to_string()
        .replace(":: tokio_offload :: __private", "P");
    let text = prettyplease::unparse(&syn2::parse_str(&short).unwrap());
    let (title, rest) = text.split_once('\n').unwrap();
    format!("{title}\nuse ::tokio_offload::__private as P;\n{rest}")
}

/// Replaces every item under an `#[offload]`, at any depth, as rustc would.
fn expand_all(tokens: TokenStream) -> TokenStream {
    let mut out = TokenStream::new();
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let options = tokens.peek().filter(|_| is(&token, '#')).and_then(options);
        if let Some(options) = options {
            tokens.next();
            let mut item = TokenStream::new();
            for token in tokens.by_ref() {
                let last = is(&token, ';') || is_braces(&token);
                item.extend([token]);
                if last {
                    break;
                }
            }
            out.extend(crate::expand::run(options, item));
            continue;
        }
        out.extend([match token {
            TokenTree::Group(group) => regroup(&group, expand_all(group.stream())).into(),
            token => token,
        }]);
    }
    out
}

/// The tokens between the parentheses of `[offload(..)]`.
fn options(token: &TokenTree) -> Option<TokenStream> {
    let TokenTree::Group(brackets) = token else {
        return None;
    };
    let mut inside = brackets.stream().into_iter();
    match (inside.next()?, inside.next()) {
        (TokenTree::Ident(name), None) if name == "offload" => Some(TokenStream::new()),
        (TokenTree::Ident(name), Some(TokenTree::Group(options))) if name == "offload" => {
            Some(Group::stream(&options))
        }
        _ => None,
    }
}

fn is(token: &TokenTree, wanted: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == wanted)
}

fn is_braces(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace)
}
