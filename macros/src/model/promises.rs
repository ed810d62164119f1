//! The bounds that the attribute adds: next to the bounds that the user has written, or in the `where` clause.

use proc_macro2::{Ident, Span};
use quote::{ToTokens, quote_spanned};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{
    GenericParam, Generics, Lifetime, PredicateType, Token, Type, TypeParamBound, WhereClause,
    WherePredicate,
};

use crate::parse::crate_path::here;
use crate::tokens::{borrow, cfg};

type Bounds = Punctuated<TypeParamBound, Token![+]>;

/// Adds `Send + 'static` next to the bounds that the parameter has, since lints report bounds in two places, or else in a `where` clause.
pub(crate) fn promise(generics: &mut Generics, name: &Ident) {
    add(generics, name, &sendable_bounds(name.span()));
}

/// Adds `Sync`.
pub(crate) fn promise_shared(generics: &mut Generics, name: &Ident) {
    let sync = quote_spanned!(here(name.span())=> ::core::marker::Sync);
    add(generics, name, &[TypeParamBound::Verbatim(sync)]);
}

fn add(generics: &mut Generics, name: &Ident, bounds: &[TypeParamBound]) {
    let written = Type::Verbatim(name.to_token_stream());
    let declared = generics
        .params
        .iter_mut()
        .filter_map(|parameter| match parameter {
            GenericParam::Type(parameter) if parameter.ident == *name => Some(parameter),
            _ => None,
        });
    // A predicate in a `where` clause cannot have the `cfg` of its parameter.
    let declared = declared.filter(|parameter| {
        !parameter.bounds.is_empty() || cfg::predicate(&parameter.attrs).is_some()
    });
    let declared = declared.map(|parameter| {
        let here = here(parameter.ident.span());
        parameter.colon_token.get_or_insert(Token![:](here));
        &mut parameter.bounds
    });
    match declared.reduce(|first, _| first) {
        Some(declared) => declared.extend(bounds.iter().cloned()),
        None => add_below(generics, &written, bounds),
    }
}

/// Adds `Send + 'static` to the bounds that the `where` clause has for the type.
pub(crate) fn promise_type(generics: &mut Generics, ty: &Type) {
    add_below(generics, ty, &sendable_bounds(ty.span()));
}

fn add_below(generics: &mut Generics, ty: &Type, bounds: &[TypeParamBound]) {
    let bounds = bounds.iter().cloned();
    match bounds_below(&mut generics.where_clause, ty) {
        Some(below) => below.extend(bounds),
        None => demand(generics, ty, bounds.collect()),
    }
}

/// Output: `Send + 'static`
fn sendable_bounds(span: Span) -> [TypeParamBound; 2] {
    let send = quote_spanned!(here(span)=> ::core::marker::Send);
    let lasting = TypeParamBound::Lifetime(Lifetime::new("'static", here(span)));
    [TypeParamBound::Verbatim(send), lasting]
}

/// Adds `T: 'static` to the `where` clause.
pub(crate) fn promise_lasting(generics: &mut Generics, name: &Ident) {
    let lasting = TypeParamBound::Lifetime(Lifetime::new("'static", here(name.span())));
    let written = Type::Verbatim(name.to_token_stream());
    demand(generics, &written, [lasting].into_iter().collect());
}

fn demand(generics: &mut Generics, ty: &Type, bounds: Bounds) {
    let clause = generics.where_clause.get_or_insert_with(|| WhereClause {
        where_token: Token![where](here(ty.span())),
        predicates: Punctuated::new(),
    });
    clause.predicates.push(WherePredicate::Type(PredicateType {
        attrs: Vec::new(),
        lifetimes: None,
        bounded_ty: ty.clone(),
        colon_token: Token![:](here(ty.span())),
        bounds,
    }));
}

/// The bounds of a type in the `where` clause.
fn bounds_below<'a>(clause: &'a mut Option<WhereClause>, ty: &Type) -> Option<&'a mut Bounds> {
    let spelled = borrow::peel(ty).to_token_stream().to_string();
    let predicates = clause.iter_mut().flat_map(|clause| &mut clause.predicates);
    predicates
        .filter_map(|predicate| match predicate {
            WherePredicate::Type(predicate) if predicate.lifetimes.is_none() => Some(predicate),
            _ => None,
        })
        .find(|predicate| {
            borrow::peel(&predicate.bounded_ty)
                .to_token_stream()
                .to_string()
                == spelled
        })
        .map(|predicate| &mut predicate.bounds)
}
