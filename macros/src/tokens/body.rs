//! Searches in the body and small changes of it, on its tokens and without parsing it.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use syn::parse::{ParseStream, Parser};
use syn::{AttrStyle, Attribute};

/// Unwraps the invisible group around a `macro_rules!` fragment.
pub(crate) fn without_invisible_group(tokens: TokenStream) -> TokenStream {
    let mut trees = tokens.clone().into_iter();
    match (trees.next(), trees.next()) {
        (Some(TokenTree::Group(group)), None) if group.delimiter() == Delimiter::None => {
            without_invisible_group(group.stream())
        }
        _ => tokens,
    }
}

/// Other tokens between the same delimiters, with the same spans.
pub(crate) fn regroup(group: &Group, tokens: TokenStream) -> Group {
    let mut new = Group::new(group.delimiter(), tokens);
    new.set_span(group.span());
    new
}

/// The `#![..]` at the start of a body, as attributes to put above the function, and the rest.
pub(crate) fn split_inner_attributes(tokens: TokenStream) -> (Vec<Attribute>, TokenStream) {
    let split = |input: ParseStream<'_>| {
        let mut attrs = input.call(Attribute::parse_inner)?;
        for attr in &mut attrs {
            attr.style = AttrStyle::Outer;
        }
        Ok((attrs, input.parse()?))
    };
    split.parse2(tokens.clone()).unwrap_or((Vec::new(), tokens))
}

/// Whether the word occurs anywhere, at any depth.
pub(crate) fn mentions<W: ?Sized>(tokens: TokenStream, word: &W) -> bool
where
    Ident: PartialEq<W>,
{
    count(tokens, word) > 0
}

/// How often the word occurs, at any depth.
pub(crate) fn count<W: ?Sized>(tokens: TokenStream, word: &W) -> usize
where
    Ident: PartialEq<W>,
{
    let here = |token| match token {
        TokenTree::Ident(ident) => usize::from(ident == *word),
        TokenTree::Group(group) => count(group.stream(), word),
        _ => 0,
    };
    tokens.into_iter().map(here).sum()
}

/// Whether one of the words in `names` stands behind a `&` or a `&mut`, at any depth.
pub(crate) fn borrows(tokens: TokenStream, names: &TokenStream) -> bool {
    let (mut sign, mut before) = (None, None);
    for token in tokens {
        let behind = match &before {
            Some(TokenTree::Ident(word)) if word == "mut" => &sign,
            before => before,
        };
        let behind = matches!(behind, Some(TokenTree::Punct(sign)) if sign.as_char() == '&');
        let found = match &token {
            TokenTree::Ident(word) => behind && mentions(names.clone(), word),
            TokenTree::Group(group) => borrows(group.stream(), names),
            _ => false,
        };
        if found {
            return true;
        }
        (sign, before) = (before, Some(token));
    }
    false
}

/// Whether a `&self` occurs at any depth, other than as part of a place such as `&self.name`, and outside of nested items.
pub(crate) fn borrows_self(tokens: TokenStream) -> bool {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut rest = tokens.as_slice();
    while let Some((token, after)) = rest.split_first() {
        let item = nested_item(rest);
        let found = match (token, after) {
            _ if item > 0 => false,
            (TokenTree::Group(group), _) => borrows_self(group.stream()),
            (sign, [TokenTree::Ident(word), next @ ..]) if word == "self" => {
                is_sign(sign, '&') && !next.first().is_some_and(|next| is_sign(next, '.'))
            }
            _ => false,
        };
        if found {
            return true;
        }
        rest = rest.get(item.max(1)..).unwrap_or_default();
    }
    false
}

/// Whether the end of the body may borrow one of the words in `names`: by a call of its method, whose `self` may be a reference to
/// it, or in a macro that is given it. A part of a place is none, as in `x.name`.
pub(crate) fn ends_in_use_of(body: TokenStream, names: &TokenStream) -> bool {
    let tokens: Vec<TokenTree> = body.into_iter().collect();
    let end = tokens.iter().rposition(|token| is_sign(token, ';'));
    let tail = tokens.get(end.map_or(0, |end| end + 1)..);
    let tail = tail.unwrap_or_default();
    gives_macro(tail, names, false) || calls_method(tail, names)
}

fn calls_method(tokens: &[TokenTree], names: &TokenStream) -> bool {
    let mut rest = tokens;
    while let Some((token, after)) = rest.split_first() {
        let found = match (token, after) {
            (TokenTree::Group(group), _) => {
                let inside: Vec<TokenTree> = group.stream().into_iter().collect();
                calls_method(&inside, names)
            }
            (
                TokenTree::Ident(word),
                [
                    dot,
                    TokenTree::Ident(_),
                    TokenTree::Group(_) | TokenTree::Punct(_),
                    ..,
                ],
            ) => {
                let calls = match after.get(2) {
                    Some(TokenTree::Group(group)) => group.delimiter() == Delimiter::Parenthesis,
                    next => next.is_some_and(|next| is_sign(next, ':')),
                };
                calls && is_sign(dot, '.') && mentions(names.clone(), word)
            }
            _ => false,
        };
        if found {
            return true;
        }
        rest = after;
    }
    false
}

fn gives_macro(tokens: &[TokenTree], names: &TokenStream, given: bool) -> bool {
    let (mut earlier, mut before) = (None::<&TokenTree>, None::<&TokenTree>);
    let mut rest = tokens;
    while let Some((token, after)) = rest.split_first() {
        let found = match token {
            TokenTree::Ident(word) => {
                given
                    && !after.first().is_some_and(|next| is_sign(next, '.'))
                    && mentions(names.clone(), word)
            }
            TokenTree::Group(group) => {
                let called = matches!(earlier, Some(TokenTree::Ident(_)))
                    && before.is_some_and(|sign| is_sign(sign, '!'));
                let inside: Vec<TokenTree> = group.stream().into_iter().collect();
                gives_macro(&inside, names, given || called)
            }
            _ => false,
        };
        if found {
            return true;
        }
        (earlier, before, rest) = (before, Some(token), after);
    }
    false
}

pub(crate) fn is_sign(token: &TokenTree, wanted: char) -> bool {
    matches!(token, TokenTree::Punct(sign) if sign.as_char() == wanted)
}

/// The first `static` item, also inside macros and nested functions.
pub(crate) fn find_static(tokens: TokenStream) -> Option<Ident> {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut before = None;
    let mut rest = tokens.as_slice();
    while let Some((token, after)) = rest.split_first() {
        match token {
            TokenTree::Group(group) => {
                if let Some(found) = find_static(group.stream()) {
                    return Some(found);
                }
            }
            TokenTree::Ident(word) if word == "static" && !is_quote(before) => {
                // `static || ..` and `static move || ..` are closures.
                if matches!(after.first(), Some(TokenTree::Ident(next)) if next != "move") {
                    return Some(word.clone());
                }
            }
            _ => {}
        }
        before = Some(token);
        rest = after;
    }
    None
}

/// Whether `Self` of the surrounding `impl` is named.
pub(crate) fn names_self_type(tokens: TokenStream) -> bool {
    find_self_type(tokens).is_some()
}

/// The first `Self` of the surrounding `impl`: one inside a nested item is that item's own.
pub(crate) fn find_self_type(tokens: TokenStream) -> Option<Ident> {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut rest = tokens.as_slice();
    while let Some((token, after)) = rest.split_first() {
        if let Some((_, after)) = rest
            .split_at_checked(nested_item(rest))
            .filter(|(item, _)| !item.is_empty())
        {
            rest = after;
            continue;
        }
        let found = match token {
            TokenTree::Ident(word) if word == "Self" => Some(word.clone()),
            TokenTree::Group(group) => find_self_type(group.stream()),
            _ => None,
        };
        if found.is_some() {
            return found;
        }
        rest = after;
    }
    None
}

/// Whether the first statement is an item.
pub(crate) fn starts_with_item(tokens: TokenStream) -> bool {
    let words = [
        "use", "fn", "const", "static", "struct", "enum", "impl", "trait", "type", "mod", "extern",
    ];
    match tokens.into_iter().next() {
        Some(TokenTree::Ident(first)) => words.iter().any(|word| first == word),
        Some(TokenTree::Punct(first)) => first.as_char() == '#',
        _ => false,
    }
}

/// The number of tokens of a nested item at the start, or 0.
pub(crate) fn nested_item(tokens: &[TokenTree]) -> usize {
    let Some((TokenTree::Ident(word), after)) = tokens.split_first() else {
        return 0;
    };
    let named = matches!(after.first(), Some(TokenTree::Ident(_)));
    let opens = match word.to_string().as_str() {
        "fn" | "trait" | "mod" | "struct" | "enum" | "union" => named,
        "impl" => true,
        _ => false,
    };
    if !opens {
        return 0;
    }
    for (index, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => return index + 1,
            TokenTree::Punct(punct) if punct.as_char() == ';' => return index + 1,
            _ => {}
        }
    }
    0
}

pub(crate) fn is_quote(token: Option<&TokenTree>) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == '\'')
}
