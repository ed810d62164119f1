//! Bounds that need an argument at the caller's lifetime, while the body gets a copy with a shorter one.

use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{
    GenericArgument, Lifetime, Path, PathArguments, Signature, TraitBound, Type, TypeParamBound,
    WherePredicate,
};

use crate::diagnostics::{self, Errors};
use crate::parse::function::Function;
use crate::tokens::{body, borrow, cfg, self_type};

/// The body borrows a copy for a shorter lifetime than the caller's: `T: Deserialize<'a>` does not hold for that one.
pub(crate) fn check(function: &Function, errors: &mut Errors) {
    let arguments = function.typed();
    let arguments = arguments.filter(|argument| cfg::predicate(&argument.attrs).is_none());
    let lent: Vec<_> = arguments
        .filter_map(|argument| borrow::direct(&argument.ty))
        .filter(|lifetime| !borrow::is_static(Some(lifetime)) && lifetime.ident != "_")
        .collect();
    if lent.is_empty() {
        return;
    }
    for bound in bounds(function) {
        if let Some(found) = asked_for(&bound.path, &lent) {
            let Wider { declared, path } = wider(bound, &found, &function.sig);
            errors.push(diagnostics::lent_lifetime(&found, &declared, &path));
        }
    }
}

/// A returned `Self`, and an argument with a lifetime of the surrounding block: `Self` borrows from that argument.
pub(crate) fn check_self(function: &Function, errors: &mut Errors) {
    let sig = &function.sig;
    let own = function.lifetimes();
    let of_block = |lifetime: &&Lifetime| {
        let name = lifetime.ident.to_string();
        name != "_" && name != "static" && !own.contains(&name)
    };
    let mut lent = function
        .typed()
        .filter_map(|argument| borrow::direct(&argument.ty));
    let returned = self_type::find_bare(sig.output.to_token_stream());
    if let (Some(lifetime), Some(word)) = (lent.find(of_block), returned) {
        errors.push(diagnostics::borrowed_self(&word, lifetime));
    }
}

/// The traits that type parameters and arguments must implement.
fn bounds(function: &Function) -> Vec<&TraitBound> {
    let generics = &function.sig.generics;
    let declared = generics
        .type_params()
        .flat_map(|parameter| &parameter.bounds);
    let clause = generics.where_clause.iter();
    let below = clause.flat_map(|clause| &clause.predicates);
    let below = below.filter_map(|predicate| match predicate {
        WherePredicate::Type(predicate) if predicate.lifetimes.is_none() => Some(&predicate.bounds),
        _ => None,
    });
    let of_arguments = function
        .typed()
        .filter_map(|argument| match borrow::peel(&argument.ty) {
            Type::ImplTrait(opaque) => Some(&opaque.bounds),
            _ => None,
        });
    let all = declared
        .chain(below.flatten())
        .chain(of_arguments.flatten());
    all.filter_map(|bound| match bound {
        TypeParamBound::Trait(bound) => Some(bound),
        _ => None,
    })
    .collect()
}

/// A lifetime that is an argument of a trait bound, where the body would have a shorter one.
fn asked_for(path: &Path, lent: &[&Lifetime]) -> Option<Lifetime> {
    path.segments
        .iter()
        .find_map(|segment| match &segment.arguments {
            PathArguments::AngleBracketed(arguments) => arguments
                .args
                .iter()
                .filter(|argument| {
                    matches!(
                        argument,
                        GenericArgument::Lifetime(_) | GenericArgument::Type(_)
                    )
                })
                .find_map(|argument| find(argument.to_token_stream(), lent)),
            PathArguments::Parenthesized(arguments) => {
                find(arguments.inputs.to_token_stream(), lent)
            }
            PathArguments::None => None,
        })
}

/// The first of the lifetimes among the tokens.
fn find(tokens: TokenStream, lent: &[&Lifetime]) -> Option<Lifetime> {
    let mut apostrophe = None;
    for token in tokens {
        match token {
            TokenTree::Ident(ident) => {
                let is_lent = || lent.iter().any(|lent| lent.ident == ident);
                if let Some(apostrophe) = apostrophe.filter(|_| is_lent()) {
                    return Some(Lifetime { apostrophe, ident });
                }
                apostrophe = None;
            }
            TokenTree::Punct(punct) => apostrophe = (punct.as_char() == '\'').then(|| punct.span()),
            TokenTree::Group(group) => {
                if let Some(found) = find(group.stream(), lent) {
                    return Some(found);
                }
            }
            TokenTree::Literal(_) => apostrophe = None,
        }
    }
    None
}

/// A bound for every lifetime: `for<'b> Deserialize<'b>`
struct Wider {
    /// `'b`
    declared: TokenStream,
    /// `Deserialize<'b>`
    path: TokenStream,
}

fn wider(bound: &TraitBound, narrow: &Lifetime, sig: &Signature) -> Wider {
    let path = &bound.path;
    let taken = |name: &&str| body::mentions(quote!(#sig), *name);
    let name = ["b", "c", "d", "r"].into_iter().find(|name| !taken(name));
    let name = Ident::new(name.unwrap_or("any"), narrow.span());
    let lifetime = Lifetime {
        apostrophe: narrow.apostrophe,
        ident: name,
    };
    let declared = bound.lifetimes.iter().flat_map(|list| &list.lifetimes);
    let path = renamed(path.to_token_stream(), &narrow.ident, &lifetime.ident);
    Wider {
        declared: quote!(#(#declared,)* #lifetime),
        path,
    }
}

fn renamed(tokens: TokenStream, from: &Ident, to: &Ident) -> TokenStream {
    let mut apostrophe = false;
    tokens
        .into_iter()
        .map(|token| {
            let is_lifetime = std::mem::replace(
                &mut apostrophe,
                matches!(&token, TokenTree::Punct(punct) if punct.as_char() == '\''),
            );
            match token {
                TokenTree::Ident(ident) if is_lifetime && ident == *from => to.clone().into(),
                TokenTree::Group(group) => {
                    let inside = renamed(group.stream(), from, to);
                    Group::new(group.delimiter(), inside).into()
                }
                token => token,
            }
        })
        .collect()
}
