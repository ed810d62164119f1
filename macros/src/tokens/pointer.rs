//! Pointers to functions in a body, whose lifetimes become their own: what the function declares has no name in the closure.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote};
use syn::parse::{ParseStream, Parser};
use syn::{Lifetime, TypeFnPtr};

use crate::tokens::body::{is_quote, regroup};

/// The type at the start, and how many tokens it takes.
pub(crate) fn read(tokens: &[TokenTree]) -> Option<(TypeFnPtr, usize)> {
    let read = |input: ParseStream<'_>| {
        let pointer: TypeFnPtr = input.parse()?;
        Ok((pointer, input.parse::<TokenStream>()?))
    };
    let (pointer, rest) = read.parse2(tokens.iter().cloned().collect()).ok()?;
    Some((pointer, tokens.len() - rest.into_iter().count()))
}

/// Output: `for<'__a> fn(&'__a str, &'__a str) -> &'__a str`, if one of the lifetimes ties the result to the arguments.
pub(crate) fn with_own(pointer: &TypeFnPtr, lifetimes: &[String]) -> Option<TokenStream> {
    let (inputs, output) = (&pointer.inputs, &pointer.output);
    let ties = |name: &&String| {
        find(inputs.to_token_stream(), name)?;
        find(output.to_token_stream(), name)
    };
    let shared: Vec<Ident> = lifetimes.iter().filter_map(|name| ties(&name)).collect();
    if shared.is_empty() {
        return None;
    }
    let declared = shared.iter().map(|name| Lifetime {
        apostrophe: name.span(),
        ident: own(name),
    });
    let pointer = renamed(pointer.to_token_stream(), &shared);
    Some(quote!(for<#(#declared),*> #pointer))
}

fn own(name: &Ident) -> Ident {
    format_ident!("__{name}", span = name.span())
}

/// The lifetime of this name, at any depth.
fn find(tokens: TokenStream, name: &str) -> Option<Ident> {
    let mut before = None;
    for token in tokens {
        let found = match &token {
            TokenTree::Ident(word) if word == name && is_quote(before.as_ref()) => {
                Some(word.clone())
            }
            TokenTree::Group(group) => find(group.stream(), name),
            _ => None,
        };
        if found.is_some() {
            return found;
        }
        before = Some(token);
    }
    None
}

fn renamed(tokens: TokenStream, names: &[Ident]) -> TokenStream {
    let mut before = None;
    let tokens = tokens.into_iter().map(|token| {
        let new = match &token {
            TokenTree::Ident(word) if is_quote(before.as_ref()) && names.contains(word) => {
                own(word).into()
            }
            TokenTree::Group(group) => regroup(group, renamed(group.stream(), names)).into(),
            token => token.clone(),
        };
        before = Some(token);
        new
    });
    tokens.collect()
}
