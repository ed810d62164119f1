//! Replaces `Self` in signatures that are moved to another type.

use proc_macro2::{Ident, Spacing, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::Parse;
use syn::{FnArg, ReturnType, Signature, Type};

use crate::tokens::body::regroup;
use crate::tokens::borrow;

/// The type that `Self` stands for.
pub(crate) struct SelfType<'a>(pub(crate) &'a Type);

impl SelfType<'_> {
    /// The type before `::name`: `Db`, or `<Db<T>>` where the bare type would not be a path.
    pub(crate) fn path(&self) -> TokenStream {
        let ty = borrow::peel(self.0);
        match ty {
            Type::Path(path) if path.qself.is_none() => {
                let last = path.path.segments.last();
                if last.is_some_and(|last| last.arguments.is_none()) {
                    return quote!(#ty);
                }
                quote!(<#ty>)
            }
            _ => quote!(<#ty>),
        }
    }

    /// Whether the type is this one, under either name.
    pub(crate) fn is(&self, ty: &Type) -> bool {
        let ty = borrow::peel(ty);
        matches!(ty, Type::Path(path) if path.qself.is_none() && path.path.is_ident("Self"))
            || ty.to_token_stream().to_string() == self.0.to_token_stream().to_string()
    }

    /// Writes the type out in a return type.
    pub(crate) fn written_out(&self, mut output: ReturnType) -> ReturnType {
        if let ReturnType::Type(_, ty) = &mut output {
            self.replace(&mut **ty);
        }
        output
    }

    /// Writes the type out in the arguments and the bounds.
    pub(crate) fn write_out(&self, sig: &mut Signature) {
        for input in &mut sig.inputs {
            if let FnArg::Typed(argument) = input {
                self.replace(&mut *argument.ty);
            }
        }
        for parameter in &mut sig.generics.params {
            self.replace(parameter);
        }
        if let Some(clause) = &mut sig.generics.where_clause {
            for predicate in &mut clause.predicates {
                self.replace(predicate);
            }
        }
    }

    pub(crate) fn replace<S: Parse + ToTokens>(&self, syntax: &mut S) {
        if let Ok(new) = syn::parse2(self.stream(syntax.to_token_stream())) {
            *syntax = new;
        }
    }

    fn stream(&self, tokens: TokenStream) -> TokenStream {
        let mut out = TokenStream::new();
        let mut tokens = tokens.into_iter().peekable();
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Ident(word) if word == "Self" => {
                    out.extend(if tokens.peek().is_some_and(starts_path) {
                        self.path()
                    } else {
                        self.0.to_token_stream()
                    });
                }
                TokenTree::Group(group) => {
                    out.extend([TokenTree::from(regroup(
                        &group,
                        self.stream(group.stream()),
                    ))]);
                }
                token => out.extend([token]),
            }
        }
        out
    }
}

/// Whether this sign, after a name, goes on to `::`.
fn starts_path(sign: &TokenTree) -> bool {
    matches!(sign, TokenTree::Punct(sign) if sign.as_char() == ':' && sign.spacing() == Spacing::Joint)
}

/// The first `Self` that is a type by itself, and not the start of a path such as `Self::Item`.
pub(crate) fn find_bare(tokens: TokenStream) -> Option<Ident> {
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Ident(word) if word == "Self" => {
                let goes_on = match tokens.peek() {
                    Some(next @ TokenTree::Punct(_)) => starts_path(next),
                    Some(TokenTree::Ident(next)) => next == "as",
                    _ => false,
                };
                if !goes_on {
                    return Some(word);
                }
            }
            TokenTree::Group(group) => {
                if let Some(found) = find_bare(group.stream()) {
                    return Some(found);
                }
            }
            _ => {}
        }
    }
    None
}
