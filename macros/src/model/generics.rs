//! The type parameters: which of them can be replaced by an owned type because of an `AsRef` bound, and which bounds the others need.

use proc_macro2::Ident;
use quote::ToTokens;
use syn::{
    Attribute, FnArg, GenericArgument, GenericParam, Generics, Signature, Type, TypeParam,
    TypeParamBound, WherePredicate,
};

use crate::model::{promises, shared, travelling};
use crate::tokens::{borrow, cfg};
use crate::{parse::function::Function, tokens::body};

/// How the call owns an argument whose type the caller chooses, by its one trait bound.
#[derive(Clone)]
pub(crate) enum Owning {
    /// `AsRef<X>`: the `X` is copied.
    AsRef {
        /// The `X`.
        target: Type,
        /// Whether the body may copy the argument: it then sees a reference, which is `Copy`.
        copy: bool,
    },
    /// `Into<X>`: it is converted to an `X`.
    Into(Type),
    /// `ToString`: it is converted to a `String`.
    ToString,
}

/// A type parameter that only one argument uses, with one such trait bound.
pub(crate) struct Owned {
    pub(crate) name: Ident,
    pub(crate) owning: Owning,
}

/// The type parameters that need no bound, because the call owns what the caller passes.
pub(crate) fn owned(function: &Function) -> Vec<Owned> {
    let parameters = function.sig.generics.type_params();
    parameters
        .filter_map(|parameter| {
            let name = parameter.ident.clone();
            let owning = owning(bounds_of(parameter, &function.sig.generics))?;
            let alone = is_only_an_argument(&name, &owning, function);
            alone.then_some(Owned { name, owning })
        })
        .collect()
}

/// How the call owns the argument, if the bounds are one of those traits and otherwise only bounds that the owned value has too.
pub(crate) fn owning<'a>(bounds: impl Iterator<Item = &'a TypeParamBound>) -> Option<Owning> {
    let mut found = None;
    let (mut copy, mut clone) = (false, false);
    for bound in bounds {
        let TypeParamBound::Trait(bound) = bound else {
            return None;
        };
        let name = bound.path.segments.last()?.ident.to_string();
        match name.as_str() {
            "AsRef" | "Into" | "ToString" if !borrow::may_be_of_std(&bound.path) => return None,
            "AsRef" if found.is_none() => {
                let (target, copy) = (single_type(&bound.path)?.clone(), false);
                found = Some(Owning::AsRef { target, copy });
            }
            "Into" if found.is_none() => {
                found = Some(Owning::Into(single_type(&bound.path)?.clone()));
            }
            "ToString" if found.is_none() => found = Some(Owning::ToString),
            "Copy" => copy = true,
            "Clone" => clone = true,
            "Send" | "Sync" | "Sized" => {}
            _ => return None,
        }
    }
    match found? {
        Owning::AsRef { target, .. } => Some(Owning::AsRef { target, copy }),
        owning => (!copy && !clone).then_some(owning),
    }
}

impl Owning {
    /// The type that the trait names.
    fn target(&self) -> Option<&Type> {
        match self {
            Self::AsRef { target, .. } | Self::Into(target) => Some(target),
            Self::ToString => None,
        }
    }

    /// Whether the argument may be a reference, and can be sent to a worker process.
    pub(crate) fn is_by_reference(&self) -> bool {
        matches!(self, Self::AsRef { .. })
    }
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
pub(crate) fn bounds_of<'a>(
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

fn is_only_an_argument(name: &Ident, owning: &Owning, function: &Function) -> bool {
    let sig = &function.sig;
    let arguments = sig
        .inputs
        .iter()
        .filter(|input| is_argument(input, name, owning))
        .count();
    let in_signature = body::count(sig.inputs.to_token_stream(), name)
        + body::count(sig.output.to_token_stream(), name);
    let in_bounds = body::count(owning.target().to_token_stream(), name) + elsewhere(sig, name);
    arguments == 1
        && in_signature == 1
        && in_bounds == 0
        && !body::mentions(function.body_tokens(), name)
}

/// Whether the type of an argument is the parameter, or a reference to it where that is allowed.
fn is_argument(input: &FnArg, name: &Ident, owning: &Owning) -> bool {
    let FnArg::Typed(argument) = input else {
        return false;
    };
    match borrow::peel(&argument.ty) {
        Type::Reference(reference) => {
            let shared = reference.mutability.is_none() && owning.is_by_reference();
            shared && is_parameter(&reference.elem, name)
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

/// Adds `Send + 'static`, and `Sync` for shared values.
fn promise(sendable: &mut Generics, name: &Ident, sig: &Signature) {
    if shared::is_shared(name, sig) {
        promises::promise_shared(sendable, name);
    }
    promises::promise(sendable, name);
}

/// The generics as written, with `Send + 'static` for every parameter whose values are sent, also those `around` the function.
pub(crate) fn sendable(sig: &Signature, owned: &[Owned], around: &[Ident]) -> Generics {
    let mut sendable = sig.generics.clone();
    for name in around {
        promise(&mut sendable, name, sig);
    }
    let mut crossing = travelling::crossing(sig);
    for owned in owned {
        owned.owning.target().to_tokens(&mut crossing);
    }
    for parameter in sig.generics.type_params() {
        let name = &parameter.ident;
        if !owned.iter().any(|owned| owned.name == *name)
            && travelling::travels(name, &crossing, sig)
        {
            promise(&mut sendable, name, sig);
        }
    }
    for ty in travelling::projections(sig, around) {
        promises::promise_type(&mut sendable, &ty);
    }
    sendable
}
