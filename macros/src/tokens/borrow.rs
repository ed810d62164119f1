//! Finds what a type borrows, as far as its syntax shows.

use syn::punctuated::Punctuated;
use syn::{
    AngleBracketedGenericArguments, GenericArgument, GenericParam, Lifetime, Path, PathArguments,
    Token, TraitBound, Type, TypeParamBound, TypeReference,
};

/// The first thing in a type that ties it to a caller's frame.
pub(crate) enum Borrow<'a> {
    Reference(&'a TypeReference),
    Lifetime(&'a Lifetime),
}

/// The first borrow of `ty`. What `'static` borrows and what stands inside `fn(..)` and `Fn(..)` does not count.
pub(crate) fn find(ty: &Type) -> Option<Borrow<'_>> {
    in_type(ty, &[])
}

/// Sees through the invisible groups of `macro_rules!` and through parentheses.
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
fn in_type<'a>(ty: &'a Type, known: &[&'a Lifetime]) -> Option<Borrow<'a>> {
    match ty {
        Type::Array(array) => in_type(&array.elem, known),
        Type::Slice(slice) => in_type(&slice.elem, known),
        Type::Group(group) => in_type(&group.elem, known),
        Type::Paren(paren) => in_type(&paren.elem, known),
        Type::Ptr(pointer) => in_type(&pointer.elem, known),
        Type::Tuple(tuple) => tuple.elems.iter().find_map(|ty| in_type(ty, known)),
        Type::ImplTrait(opaque) => in_bounds(&opaque.bounds, known),
        Type::TraitObject(object) => in_bounds(&object.bounds, known),
        Type::Reference(reference) if is_static(reference.lifetime.as_ref()) => {
            in_type(&reference.elem, known)
        }
        Type::Reference(reference) => Some(Borrow::Reference(reference)),
        Type::Path(path) => {
            let own = path
                .qself
                .as_ref()
                .and_then(|qself| in_type(&qself.ty, known));
            own.or_else(|| in_path(&path.path, known))
        }
        _ => None,
    }
}

fn in_path<'a>(path: &'a Path, known: &[&'a Lifetime]) -> Option<Borrow<'a>> {
    path.segments
        .iter()
        .find_map(|segment| match &segment.arguments {
            PathArguments::AngleBracketed(arguments) => arguments
                .args
                .iter()
                .find_map(|argument| in_argument(argument, known)),
            PathArguments::None | PathArguments::Parenthesized(_) => None,
        })
}

fn in_argument<'a>(argument: &'a GenericArgument, known: &[&'a Lifetime]) -> Option<Borrow<'a>> {
    match argument {
        GenericArgument::Lifetime(lifetime) => in_lifetime(lifetime, known),
        GenericArgument::Type(ty) => in_type(ty, known),
        GenericArgument::AssocType(assoc) => in_type(&assoc.ty, known),
        GenericArgument::Constraint(constraint) => in_bounds(&constraint.bounds, known),
        _ => None,
    }
}

fn in_bounds<'a>(
    bounds: &'a Punctuated<TypeParamBound, Token![+]>,
    known: &[&'a Lifetime],
) -> Option<Borrow<'a>> {
    bounds.iter().find_map(|bound| match bound {
        TypeParamBound::Trait(bound) => in_bound(bound, known),
        TypeParamBound::Lifetime(lifetime) => in_lifetime(lifetime, known),
        _ => None,
    })
}

fn in_bound<'a>(bound: &'a TraitBound, known: &[&'a Lifetime]) -> Option<Borrow<'a>> {
    let mut known = known.to_vec();
    for declared in bound.lifetimes.iter().flat_map(|list| &list.lifetimes) {
        if let GenericParam::Lifetime(declared) = declared {
            known.push(&declared.lifetime);
        }
    }
    in_path(&bound.path, &known)
}

fn in_lifetime<'a>(lifetime: &'a Lifetime, known: &[&'a Lifetime]) -> Option<Borrow<'a>> {
    let free =
        !is_static(Some(lifetime)) && !known.iter().any(|known| known.ident == lifetime.ident);
    free.then_some(Borrow::Lifetime(lifetime))
}

impl Borrow<'_> {
    /// The tokens to underline.
    pub(crate) fn tokens(&self) -> &dyn quote::ToTokens {
        match self {
            Self::Reference(reference) => *reference,
            Self::Lifetime(lifetime) => *lifetime,
        }
    }
}
