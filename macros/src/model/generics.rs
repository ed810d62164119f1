//! The type parameters: which of them an `AsRef` bound makes ours to own, and what the others must promise.

use proc_macro2::Ident;
use quote::{ToTokens, quote_spanned};
use syn::punctuated::Punctuated;
use syn::{
    Attribute, FnArg, GenericArgument, GenericParam, Generics, Lifetime, PredicateType, Signature,
    Token, Type, TypeParam, TypeParamBound, WhereClause, WherePredicate,
};

use crate::model::travelling;
use crate::parse::crate_path::here;
use crate::tokens::{borrow, cfg};
use crate::{parse::function::Function, tokens::body};

type Bounds = Punctuated<TypeParamBound, Token![+]>;

/// What an `AsRef<X>` argument needs.
#[derive(Clone)]
pub(crate) struct AsRef {
    /// The `X`.
    pub(crate) target: Type,
    /// Whether the body may copy the argument: it then sees a reference, which is `Copy`.
    pub(crate) copy: bool,
}

/// A type parameter that only one argument of its own uses, and only through `AsRef`.
pub(crate) struct Owned {
    pub(crate) name: Ident,
    pub(crate) as_ref: AsRef,
}

/// The type parameters that need no bound, because the call owns what the caller passes.
pub(crate) fn owned(function: &Function) -> Vec<Owned> {
    let parameters = function.sig.generics.type_params();
    parameters
        .filter_map(|parameter| {
            let name = parameter.ident.clone();
            let as_ref = as_ref(bounds_of(parameter, &function.sig.generics))?;
            let alone = is_only_an_argument(&name, &as_ref, function);
            alone.then_some(Owned { name, as_ref })
        })
        .collect()
}

/// The target, when the bounds are `AsRef<X>` and nothing that the owned copy could not promise as well.
pub(crate) fn as_ref<'a>(bounds: impl Iterator<Item = &'a TypeParamBound>) -> Option<AsRef> {
    let mut target = None;
    let mut copy = false;
    for bound in bounds {
        let TypeParamBound::Trait(bound) = bound else {
            return None;
        };
        let name = bound.path.segments.last()?.ident.to_string();
        match name.as_str() {
            "AsRef" if target.is_none() => target = Some(single_type(&bound.path)?.clone()),
            "Copy" => copy = true,
            "Clone" | "Send" | "Sync" | "Sized" => {}
            _ => return None,
        }
    }
    let target = target?;
    Some(AsRef { target, copy })
}

/// The `X` of a path that ends in `Name<X>`.
fn single_type(path: &syn::Path) -> Option<&Type> {
    let last = path.segments.last()?.ident.to_string();
    let arguments = &borrow::arguments_of(path, &last)?.args;
    match (arguments.first()?, arguments.len()) {
        (GenericArgument::Type(ty), 1) if borrow::find(ty).is_none() => Some(ty),
        _ => None,
    }
}

/// The bounds of a parameter where it is declared and in the `where` clause.
fn bounds_of<'a>(
    parameter: &'a TypeParam,
    generics: &'a Generics,
) -> impl Iterator<Item = &'a TypeParamBound> {
    let predicates = generics
        .where_clause
        .iter()
        .flat_map(|clause| &clause.predicates);
    let own = predicates.filter_map(|predicate| match predicate {
        WherePredicate::Type(predicate)
            if is_parameter(&predicate.bounded_ty, &parameter.ident) =>
        {
            Some(&predicate.bounds)
        }
        _ => None,
    });
    parameter.bounds.iter().chain(own.flatten())
}

/// Whether the type is the bare name of the parameter.
pub(crate) fn is_parameter(ty: &Type, name: &Ident) -> bool {
    matches!(borrow::peel(ty), Type::Path(path) if path.qself.is_none() && path.path.is_ident(name))
}

fn is_only_an_argument(name: &Ident, as_ref: &AsRef, function: &Function) -> bool {
    let sig = &function.sig;
    let arguments = sig
        .inputs
        .iter()
        .filter(|input| is_argument(input, name))
        .count();
    let in_signature = body::count(sig.inputs.to_token_stream(), name)
        + body::count(sig.output.to_token_stream(), name);
    let in_bounds = body::count(as_ref.target.to_token_stream(), name) + elsewhere(sig, name);
    arguments == 1
        && in_signature == 1
        && in_bounds == 0
        && !body::mentions(function.body_tokens(), name)
}

/// Whether the type of an argument is the parameter, or a reference to it.
fn is_argument(input: &FnArg, name: &Ident) -> bool {
    let FnArg::Typed(argument) = input else {
        return false;
    };
    match borrow::peel(&argument.ty) {
        Type::Reference(reference) => {
            reference.mutability.is_none() && is_parameter(&reference.elem, name)
        }
        ty => is_parameter(ty, name),
    }
}

/// How often the bounds of other parameters name this one.
fn elsewhere(sig: &Signature, name: &Ident) -> usize {
    let others = sig
        .generics
        .params
        .iter()
        .filter(|parameter| match parameter {
            GenericParam::Type(parameter) => parameter.ident != *name,
            _ => true,
        });
    let predicates = sig
        .generics
        .where_clause
        .iter()
        .flat_map(|clause| &clause.predicates);
    let foreign = predicates.filter(|predicate| match predicate {
        WherePredicate::Type(predicate) => !is_parameter(&predicate.bounded_ty, name),
        _ => true,
    });
    let in_others: usize = others
        .map(|parameter| body::count(parameter.to_token_stream(), name))
        .sum();
    in_others
        + foreign
            .map(|predicate| body::count(predicate.to_token_stream(), name))
            .sum::<usize>()
}

/// The parameters that a `cfg` may remove.
pub(crate) fn chosen(generics: &Generics) -> impl Iterator<Item = &GenericParam> {
    let parameters = generics.params.iter();
    parameters.filter(|parameter| cfg::predicate(attrs(parameter)).is_some())
}

pub(crate) fn attrs(parameter: &GenericParam) -> &[Attribute] {
    match parameter {
        GenericParam::Lifetime(parameter) => &parameter.attrs,
        GenericParam::Type(parameter) => &parameter.attrs,
        GenericParam::Const(parameter) => &parameter.attrs,
    }
}

/// The generics as written, and `Send + 'static` for every parameter that travels, also those `around` the function.
pub(crate) fn sendable(sig: &Signature, owned: &[Owned], around: &[Ident]) -> Generics {
    let mut sendable = sig.generics.clone();
    for name in around {
        promise(&mut sendable, name);
    }
    for parameter in sig.generics.type_params() {
        let name = &parameter.ident;
        if !owned.iter().any(|owned| owned.name == *name) && travelling::travels(name, sig) {
            promise(&mut sendable, name);
        }
    }
    sendable
}

/// Adds the bounds beside those the parameter has, since lints dislike two places, or else in a `where` clause.
pub(crate) fn promise(generics: &mut Generics, name: &Ident) {
    let send = quote_spanned!(here(name.span())=> ::core::marker::Send);
    let send = TypeParamBound::Verbatim(send);
    let lasting = TypeParamBound::Lifetime(Lifetime::new("'static", name.span()));
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
    if let Some(bounds) = declared
        .chain(bounds_below(&mut generics.where_clause, name))
        .next()
    {
        bounds.extend([send, lasting]);
        return;
    }
    demand(generics, name, [send, lasting].into_iter().collect());
}

/// Adds `T: 'static` to the `where` clause.
pub(crate) fn promise_lasting(generics: &mut Generics, name: &Ident) {
    let lasting = TypeParamBound::Lifetime(Lifetime::new("'static", name.span()));
    demand(generics, name, [lasting].into_iter().collect());
}

fn demand(generics: &mut Generics, name: &Ident, bounds: Bounds) {
    let clause = generics.where_clause.get_or_insert_with(|| WhereClause {
        where_token: Token![where](here(name.span())),
        predicates: Punctuated::new(),
    });
    clause.predicates.push(WherePredicate::Type(PredicateType {
        attrs: Vec::new(),
        lifetimes: None,
        bounded_ty: Type::Verbatim(name.to_token_stream()),
        colon_token: Token![:](here(name.span())),
        bounds,
    }));
}

/// The bounds of a parameter in the `where` clause.
fn bounds_below<'a>(
    clause: &'a mut Option<WhereClause>,
    name: &Ident,
) -> impl Iterator<Item = &'a mut Bounds> {
    let predicates = clause.iter_mut().flat_map(|clause| &mut clause.predicates);
    predicates.filter_map(move |predicate| match predicate {
        WherePredicate::Type(predicate) if is_parameter(&predicate.bounded_ty, name) => {
            Some(&mut predicate.bounds)
        }
        _ => None,
    })
}
