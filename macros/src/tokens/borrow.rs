//! Finds what a type borrows, as far as its syntax shows.

use syn::punctuated::Punctuated;
use syn::{
    AngleBracketedGenericArguments, BoundLifetimes, GenericArgument, GenericParam, Lifetime,
    NamedArg, Path, PathArguments, ReturnType, Token, TraitBound, Type, TypeParamBound,
    TypeReference,
};

/// A borrow in a type.
pub(crate) enum Borrow<'a> {
    Reference(&'a TypeReference),
    Lifetime(&'a Lifetime),
    /// The type is a function whose arguments must live for this lifetime.
    Taken(&'a Lifetime),
}

/// The first borrow of `ty`, as [`all`] finds it.
pub(crate) fn find(ty: &Type) -> Option<Borrow<'_>> {
    all(ty).into_iter().next()
}

/// The borrows of `ty`, without those inside another. What `'static` borrows does not count, and inside `fn(..)` and `Fn(..)` only
/// a lifetime that is named.
pub(crate) fn all(ty: &Type) -> Vec<Borrow<'_>> {
    let mut found = Vec::new();
    in_type(ty, &[], &mut found);
    found
}

/// Every `&'static T` of a `Result`, an `Option`, a list or a tuple.
pub(crate) fn lasting(ty: &Type) -> Vec<&TypeReference> {
    match peel(ty) {
        Type::Reference(reference) if is_static(reference.lifetime.as_ref()) => vec![reference],
        Type::Array(array) => lasting(&array.elem),
        Type::Tuple(tuple) => tuple.elems.iter().flat_map(lasting).collect(),
        Type::Path(path) => {
            let last = path.path.segments.last().map(|last| &last.arguments);
            let Some(PathArguments::AngleBracketed(arguments)) = last else {
                return Vec::new();
            };
            let types = arguments.args.iter().filter_map(|argument| match argument {
                GenericArgument::Type(ty) => Some(ty),
                _ => None,
            });
            types.flat_map(lasting).collect()
        }
        _ => Vec::new(),
    }
}

/// Unwraps the invisible groups of `macro_rules!` and parentheses.
pub(crate) fn peel(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => peel(&group.elem),
        Type::Paren(paren) => peel(&paren.elem),
        ty => ty,
    }
}

pub(crate) fn is_static(lifetime: Option<&Lifetime>) -> bool {
    lifetime.is_some_and(|lifetime| lifetime.ident == "static")
}

/// The generic arguments of the last segment, when the path ends in `name<..>`.
pub(crate) fn arguments_of<'a>(
    path: &'a Path,
    name: &str,
) -> Option<&'a AngleBracketedGenericArguments> {
    let last = path.segments.last()?;
    match &last.arguments {
        PathArguments::AngleBracketed(arguments) if last.ident == name => Some(arguments),
        _ => None,
    }
}

/// Whether the path of a trait or type of std may name just that: it is written without a module, or behind the one std has it in.
pub(crate) fn may_be_of_std(path: &Path) -> bool {
    let module = path.segments.iter().rev().nth(1);
    let modules = ["borrow", "convert", "option", "string"];
    module.is_none_or(|module| modules.iter().any(|name| module.ident == name))
}

/// The lifetime of `&'a T` and `Option<&'a T>`.
pub(crate) fn direct(ty: &Type) -> Option<&Lifetime> {
    let ty = peel(ty);
    let inner = match ty {
        Type::Path(path) => match arguments_of(&path.path, "Option")?.args.first()? {
            GenericArgument::Type(inner) => peel(inner),
            _ => return None,
        },
        ty => ty,
    };
    match inner {
        Type::Reference(reference) => reference.lifetime.as_ref(),
        _ => None,
    }
}

/// `known` are the lifetimes that a `for<..>` around the type declares.
fn in_type<'a>(ty: &'a Type, known: &[&'a Lifetime], found: &mut Vec<Borrow<'a>>) {
    match ty {
        Type::Array(array) => in_type(&array.elem, known, found),
        Type::Slice(slice) => in_type(&slice.elem, known, found),
        Type::Group(group) => in_type(&group.elem, known, found),
        Type::Paren(paren) => in_type(&paren.elem, known, found),
        Type::Ptr(pointer) => in_type(&pointer.elem, known, found),
        Type::Tuple(tuple) => {
            for ty in &tuple.elems {
                in_type(ty, known, found);
            }
        }
        Type::ImplTrait(opaque) => in_bounds(&opaque.bounds, known, found),
        Type::TraitObject(object) => {
            in_bounds(&object.bounds, known, found);
            in_traits_of_functions(&object.bounds, known, found);
        }
        Type::FnPtr(pointer) => {
            let known = declared(pointer.lifetimes.as_ref(), known);
            in_function(&pointer.inputs, &pointer.output, &known, found);
        }
        Type::Reference(reference) if is_static(reference.lifetime.as_ref()) => {
            in_type(&reference.elem, known, found);
        }
        Type::Reference(reference) => found.push(Borrow::Reference(reference)),
        Type::Path(path) => {
            if let Some(qself) = &path.qself {
                in_type(&qself.ty, known, found);
            }
            in_path(&path.path, known, found);
        }
        _ => {}
    }
}

fn in_path<'a>(path: &'a Path, known: &[&'a Lifetime], found: &mut Vec<Borrow<'a>>) {
    for segment in &path.segments {
        if let PathArguments::AngleBracketed(arguments) = &segment.arguments {
            for argument in &arguments.args {
                in_argument(argument, known, found);
            }
        }
    }
}

fn in_argument<'a>(
    argument: &'a GenericArgument,
    known: &[&'a Lifetime],
    found: &mut Vec<Borrow<'a>>,
) {
    match argument {
        GenericArgument::Lifetime(lifetime) => in_lifetime(lifetime, known, found),
        GenericArgument::Type(ty) => in_type(ty, known, found),
        GenericArgument::AssocType(assoc) => in_type(&assoc.ty, known, found),
        GenericArgument::Constraint(constraint) => in_bounds(&constraint.bounds, known, found),
        _ => {}
    }
}

fn in_bounds<'a>(
    bounds: &'a Punctuated<TypeParamBound, Token![+]>,
    known: &[&'a Lifetime],
    found: &mut Vec<Borrow<'a>>,
) {
    for bound in bounds {
        match bound {
            TypeParamBound::Trait(bound) => in_bound(bound, known, found),
            TypeParamBound::Lifetime(lifetime) => in_lifetime(lifetime, known, found),
            _ => {}
        }
    }
}

fn in_bound<'a>(bound: &'a TraitBound, known: &[&'a Lifetime], found: &mut Vec<Borrow<'a>>) {
    in_path(
        &bound.path,
        &declared(bound.lifetimes.as_ref(), known),
        found,
    );
}

fn declared<'a>(list: Option<&'a BoundLifetimes>, known: &[&'a Lifetime]) -> Vec<&'a Lifetime> {
    let mut known = known.to_vec();
    for declared in list.iter().flat_map(|list| &list.lifetimes) {
        if let GenericParam::Lifetime(declared) = declared {
            known.push(&declared.lifetime);
        }
    }
    known
}

/// The arguments of an `impl Fn(..)` say nothing about what it captures, but those of a `dyn Fn(..)` are part of its type.
fn in_traits_of_functions<'a>(
    bounds: &'a Punctuated<TypeParamBound, Token![+]>,
    known: &[&'a Lifetime],
    found: &mut Vec<Borrow<'a>>,
) {
    for bound in bounds {
        let TypeParamBound::Trait(bound) = bound else {
            continue;
        };
        let last = bound.path.segments.last().map(|last| &last.arguments);
        if let Some(PathArguments::Parenthesized(function)) = last {
            let known = declared(bound.lifetimes.as_ref(), known);
            in_function(&function.inputs, &function.output, &known, found);
        }
    }
}

/// A lifetime that is left out is one of the function's own.
fn in_function<'a>(
    inputs: &'a Punctuated<NamedArg, Token![,]>,
    output: &'a ReturnType,
    known: &[&'a Lifetime],
    found: &mut Vec<Borrow<'a>>,
) {
    let named = |ty| {
        let mut borrows = Vec::new();
        in_type(ty, known, &mut borrows);
        let lifetimes = borrows.into_iter().filter_map(|borrow| match borrow {
            Borrow::Reference(reference) => reference.lifetime.as_ref(),
            Borrow::Lifetime(lifetime) | Borrow::Taken(lifetime) => Some(lifetime),
        });
        let is_own = |lifetime: &&Lifetime| {
            lifetime.ident == "_" || known.iter().any(|known| known.ident == lifetime.ident)
        };
        let named = lifetimes.filter(|lifetime| !is_own(lifetime));
        named.collect::<Vec<_>>()
    };
    // An argument with a named lifetime: the result may borrow from it.
    if let Some(taken) = inputs.iter().flat_map(|input| named(&input.ty)).next() {
        found.push(Borrow::Taken(taken));
    } else if let ReturnType::Type(_, output) = output {
        found.extend(named(output).into_iter().map(Borrow::Lifetime));
    }
}

fn in_lifetime<'a>(lifetime: &'a Lifetime, known: &[&'a Lifetime], found: &mut Vec<Borrow<'a>>) {
    let declared = known.iter().any(|known| known.ident == lifetime.ident);
    if !is_static(Some(lifetime)) && !declared {
        found.push(Borrow::Lifetime(lifetime));
    }
}

impl Borrow<'_> {
    /// The tokens to underline.
    pub(crate) fn tokens(&self) -> &dyn quote::ToTokens {
        match self {
            Self::Reference(reference) => *reference,
            Self::Lifetime(lifetime) | Self::Taken(lifetime) => *lifetime,
        }
    }
}
