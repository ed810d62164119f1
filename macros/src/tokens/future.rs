//! Return types that are futures, as far as their syntax shows. A body that returns one has not done its work yet.

use syn::punctuated::Punctuated;
use syn::{GenericArgument, PathArguments, PathSegment, Token, Type, TypeParamBound};

use crate::tokens::borrow;

/// A type that is a future.
pub(crate) struct Future<'a> {
    /// Its output, if that is written.
    pub(crate) yields: Option<&'a Type>,
}

/// `impl Future`, `Pin<Box<dyn Future>>`, `BoxFuture`, not inside another type.
pub(crate) fn find(ty: &Type) -> Option<Future<'_>> {
    match borrow::peel(ty) {
        Type::ImplTrait(opaque) => in_bounds(&opaque.bounds),
        Type::TraitObject(object) => in_bounds(&object.bounds),
        Type::Path(path) => {
            let last = path.path.segments.last()?;
            let PathArguments::AngleBracketed(arguments) = &last.arguments else {
                return None;
            };
            let inner = arguments.args.iter().find_map(|argument| match argument {
                GenericArgument::Type(ty) => Some(ty),
                _ => None,
            })?;
            // Without a lifetime it is another type, about which the compiler is asked.
            let lasts = matches!(arguments.args.first(), Some(GenericArgument::Lifetime(_)));
            match last.ident.to_string().as_str() {
                "Pin" | "Box" => find(inner),
                "BoxFuture" | "LocalBoxFuture" if lasts => Some(Future {
                    yields: Some(inner),
                }),
                _ => None,
            }
        }
        _ => None,
    }
}

fn in_bounds(bounds: &Punctuated<TypeParamBound, Token![+]>) -> Option<Future<'_>> {
    let last = bounds.iter().find_map(named)?;
    let yields = match &last.arguments {
        PathArguments::AngleBracketed(arguments) => {
            arguments.args.iter().find_map(|argument| match argument {
                GenericArgument::AssocType(named) if named.ident == "Output" => Some(&named.ty),
                _ => None,
            })
        }
        _ => None,
    };
    Some(Future { yields })
}

/// Whether the bound is `Future`.
pub(crate) fn is_named(bound: &TypeParamBound) -> bool {
    named(bound).is_some()
}

fn named(bound: &TypeParamBound) -> Option<&PathSegment> {
    match bound {
        TypeParamBound::Trait(bound) => {
            let last = bound.path.segments.last()?;
            (last.ident == "Future" && names_output_only(&last.arguments)).then_some(last)
        }
        _ => None,
    }
}

/// Whether these may be the arguments of std's trait.
fn names_output_only(arguments: &PathArguments) -> bool {
    match arguments {
        PathArguments::AngleBracketed(arguments) => arguments
            .args
            .iter()
            .all(|argument| !matches!(argument, GenericArgument::Type(_))),
        _ => true,
    }
}
