//! `Fn(u8)` in the place of a type, which is not read as one: a word before it is missing.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::quote_spanned;
use syn::Error;

use crate::diagnostics;
use crate::tokens::body::regroup;

/// The item with `impl` before each such `Fn` in a signature, and the mistakes. The braces of a block hold functions.
pub(crate) fn mended(tokens: &TokenStream, is_block: bool) -> Option<(TokenStream, Vec<Error>)> {
    let mut errors = Vec::new();
    let tokens = within(tokens.clone(), false, &mut errors);
    let tokens = tokens.into_iter().map(|token| match &token {
        TokenTree::Group(group) if is_block && group.delimiter() == Delimiter::Brace => {
            regroup(group, within(group.stream(), false, &mut errors)).into()
        }
        _ => token,
    });
    let tokens = tokens.collect();
    (!errors.is_empty()).then_some((tokens, errors))
}

/// `grouped`: the tokens stand between parentheses or brackets.
fn within(tokens: TokenStream, grouped: bool, errors: &mut Vec<Error>) -> TokenStream {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut out = TokenStream::new();
    for (index, token) in tokens.iter().enumerate() {
        match (token, tokens.get(index + 1)) {
            (TokenTree::Ident(word), Some(TokenTree::Group(inputs)))
                if is_trait(word, inputs) && begins_type(&tokens, index, grouped) =>
            {
                errors.push(diagnostics::bare_fn(word));
                out.extend(quote_spanned!(word.span()=> impl));
                out.extend([token.clone()]);
            }
            (TokenTree::Group(group), _) if group.delimiter() != Delimiter::Brace => {
                let group = regroup(group, within(group.stream(), true, errors));
                out.extend([TokenTree::from(group)]);
            }
            _ => out.extend([token.clone()]),
        }
    }
    out
}

fn is_trait(word: &Ident, inputs: &Group) -> bool {
    let names = ["Fn", "FnMut", "FnOnce"];
    inputs.delimiter() == Delimiter::Parenthesis && names.iter().any(|name| word == name)
}

/// Whether a type begins at the index, and not a bound: behind the name of an argument, `&`, `<`, `,` or `->`, or first in a group.
fn begins_type(tokens: &[TokenTree], index: usize, grouped: bool) -> bool {
    let before = |back: usize| index.checked_sub(back).and_then(|at| tokens.get(at));
    let sign = |back: usize| match before(back) {
        Some(TokenTree::Punct(sign)) => Some(sign.as_char()),
        _ => None,
    };
    match before(1) {
        None => grouped,
        Some(TokenTree::Ident(word)) => word == "mut" || sign(2) == Some('\''),
        Some(_) => match sign(1) {
            Some('&' | '<' | ',') => true,
            Some('>') => sign(2) == Some('-'),
            // Outside of parentheses it is behind a type parameter.
            Some(':') => grouped && sign(2) != Some(':'),
            _ => false,
        },
    }
}
