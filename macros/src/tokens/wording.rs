//! How messages show code and find similar names.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::{Type, TypeParamBound, TypeTraitObject};

use crate::tokens::borrow;

/// The longest code in a line of help, in characters. Not measured: with the words around it a line stays below 100.
const ROOM: usize = 32;

/// Code as a person would write it; if it is too long for a line of help, without the arguments of a type, or `..`.
pub(crate) fn show(tokens: &(impl ToTokens + ?Sized)) -> String {
    let mut text = String::new();
    write(tokens.to_token_stream(), &mut text);
    if text.chars().count() <= ROOM {
        return text;
    }
    without_arguments(&text).unwrap_or_else(|| "..".to_owned())
}

/// `&mut Buffer<..>` of `&mut Buffer<Pixel, Vec<u8>>`: the name, if all that follows it are its arguments.
fn without_arguments(text: &str) -> Option<String> {
    let (name, arguments) = text.strip_suffix('>')?.split_once('<')?;
    let plain = |name: &str| {
        name.chars()
            .all(|c| c.is_alphanumeric() || "&_:' ".contains(c))
    };
    (plain(name) && closes(arguments) && name.chars().count() + "<..>".len() <= ROOM)
        .then(|| format!("{name}<..>"))
}

/// Whether brackets are balanced.
fn closes(arguments: &str) -> bool {
    let mut open = 0_usize;
    arguments.replace("->", "").chars().all(|letter| {
        match letter {
            '<' => open += 1,
            '>' if open == 0 => return false,
            '>' => open -= 1,
            _ => {}
        }
        true
    }) && open == 0
}

/// The type that owns what a reference to `ty` borrows.
pub(crate) fn owner(ty: &Type) -> String {
    match borrow::peel(ty) {
        Type::Slice(slice) => format!("Vec<{}>", owner(&slice.elem)),
        Type::Reference(reference) => owner(&reference.elem),
        Type::TraitObject(object) => format!("Box<dyn {} + Send>", trait_of(object)),
        Type::Path(path) => match path
            .path
            .segments
            .last()
            .map(|segment| segment.ident.to_string())
            .as_deref()
        {
            Some("str") => "String".to_owned(),
            Some("Path") => "PathBuf".to_owned(),
            Some("OsStr") => "OsString".to_owned(),
            Some("CStr") => "CString".to_owned(),
            _ => show(path),
        },
        ty => show(ty),
    }
}

/// A name for a handle to a value of this type.
pub(crate) fn handle(ty: &Type) -> String {
    let name = match borrow::peel(ty) {
        Type::Path(path) => path.path.segments.last(),
        _ => None,
    };
    let name = name.map_or_else(|| "Store".to_owned(), |name| name.ident.unraw().to_string());
    "StoreHandle".replacen("Store", &name, 1)
}

/// The trait of a trait object, without the marker traits and lifetimes beside it.
fn trait_of(object: &TypeTraitObject) -> String {
    let is_marker = |bound: &&TypeParamBound| match bound {
        TypeParamBound::Trait(bound) => ["Send", "Sync", "Unpin"]
            .iter()
            .any(|name| bound.path.is_ident(name)),
        _ => true,
    };
    let own = object.bounds.iter().find(|bound| !is_marker(bound));
    let first = own.or_else(|| object.bounds.first());
    first.map_or_else(|| "..".to_owned(), show)
}

/// The same trait in an `Arc` that can be shared with the thread of a body.
pub(crate) fn shared_object(object: &TypeTraitObject) -> String {
    match &*trait_of(object) {
        "Send" | "Sync" => "Arc<dyn Send + Sync>".to_owned(),
        own => format!("Arc<dyn {own} + Send + Sync>"),
    }
}

/// The name most similar to a word, if one is similar enough.
pub(crate) fn similar<'a>(word: &str, names: &[&'a str]) -> Option<&'a str> {
    let near = names
        .iter()
        .map(|name| (distance(word, name), *name))
        .min()?;
    (near.0 <= near.1.len() / 3).then_some(near.1)
}

/// The edit distance with swaps of neighbours (Damerau-Levenshtein).
fn distance(from: &str, to: &str) -> usize {
    let from: Vec<char> = from.chars().collect();
    let to: Vec<char> = to.chars().collect();
    steps(&from, &to, from.len() + to.len())
}

/// Recursive: option names are short, and `budget` ends hopeless branches.
fn steps(from: &[char], to: &[char], budget: usize) -> usize {
    let budget = budget.min(4);
    let (Some((a, from_rest)), Some((b, to_rest))) = (from.split_first(), to.split_first()) else {
        return from.len() + to.len();
    };
    if a == b {
        return steps(from_rest, to_rest, budget);
    }
    if budget == 0 {
        return 1;
    }
    let changed = steps(from_rest, to_rest, budget - 1);
    let removed = steps(from_rest, to, budget - 1);
    let added = steps(from, to_rest, budget - 1);
    let swapped = match (from_rest.split_first(), to_rest.split_first()) {
        (Some((next_a, from_rest)), Some((next_b, to_rest))) if a == next_b && b == next_a => {
            steps(from_rest, to_rest, budget - 1)
        }
        _ => usize::MAX - 1,
    };
    1 + changed.min(removed).min(added).min(swapped)
}

/// Joins tokens with a space only where words would run together or a reader expects one.
fn write(tokens: TokenStream, text: &mut String) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::Brace => ("{ ", " }"),
                    Delimiter::None => ("", ""),
                };
                if text.ends_with("mut") || text.ends_with("dyn") {
                    text.push(' ');
                }
                text.push_str(open);
                write(group.stream(), text);
                text.push_str(close);
            }
            TokenTree::Punct(punct) => match punct.as_char() {
                ',' => text.push_str(", "),
                '-' if punct.spacing() == Spacing::Joint => text.push_str(" -"),
                '>' if text.ends_with(" -") => text.push_str("> "),
                '+' | '=' => text.extend([' ', punct.as_char(), ' ']),
                other => text.push(other),
            },
            word => {
                if text.ends_with(|last: char| last.is_alphanumeric() || last == '_' || last == '"')
                {
                    text.push(' ');
                }
                text.push_str(&word.to_string());
            }
        }
    }
}
