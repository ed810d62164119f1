//! Trait objects of std that are not `Send`, and so cannot be sent to another thread. Only rustc knows whether a trait of the user is.

use syn::{GenericArgument, PathArguments, TraitBound, Type, TypeParamBound, TypeTraitObject};

use crate::tokens::borrow;

/// A trait object in a type, and the bounds that it lacks.
pub(crate) struct Stuck<'a> {
    pub(crate) object: &'a TypeTraitObject,
    /// The bounds to add.
    pub(crate) missing: &'static str,
}

/// The first one in a type. Those behind a reference in it or inside `fn(..)` do not count.
pub(crate) fn find(ty: &Type) -> Option<Stuck<'_>> {
    in_type(ty, false)
}

/// A `Box` in a type whose value is copied, with the trait object in it, which cannot be. Whether a trait of the user's can, only
/// rustc knows.
pub(crate) fn copied(ty: &Type) -> Option<(&Type, &TypeTraitObject)> {
    let ty = borrow::peel(ty);
    match ty {
        Type::Array(array) => copied(&array.elem),
        Type::Slice(slice) => copied(&slice.elem),
        Type::Tuple(tuple) => tuple.elems.iter().find_map(copied),
        Type::Path(path) => {
            let last = path.path.segments.last()?;
            // A clone of an `Arc` leads to the same value.
            if last.ident == "Arc" || !CONTAINERS.iter().any(|name| last.ident == name) {
                return None;
            }
            types_in(&last.arguments).find_map(|inner| match borrow::peel(inner) {
                Type::TraitObject(object) if last.ident == "Box" => {
                    of_std(object).map(|_| (ty, object))
                }
                inner => copied(inner),
            })
        }
        _ => None,
    }
}

/// What is behind the `&` of an argument `&T` or `Option<&T>`.
pub(crate) fn lent(ty: &Type) -> Option<&Type> {
    match borrow::peel(ty) {
        Type::Reference(reference) => {
            let lent = reference.mutability.is_none()
                && !borrow::is_static(reference.lifetime.as_ref())
                && !matches!(borrow::peel(&reference.elem), Type::TraitObject(_));
            lent.then_some(&*reference.elem)
        }
        Type::Path(path) => {
            let last = path.path.segments.last()?;
            let mut inner = types_in(&last.arguments);
            inner
                .next()
                .filter(|_| last.ident == "Option")
                .and_then(lent)
        }
        _ => None,
    }
}

fn types_in(arguments: &PathArguments) -> impl Iterator<Item = &Type> {
    let arguments = match arguments {
        PathArguments::AngleBracketed(arguments) => Some(&arguments.args),
        _ => None,
    };
    let types = arguments.into_iter().flatten();
    types.filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

/// `shared`: it is in an `Arc`, which is `Send` only if its content is `Sync` too.
fn in_type(ty: &Type, shared: bool) -> Option<Stuck<'_>> {
    match borrow::peel(ty) {
        Type::TraitObject(object) => check(object, shared),
        Type::Array(array) => in_type(&array.elem, shared),
        Type::Slice(slice) => in_type(&slice.elem, shared),
        Type::Tuple(tuple) => tuple.elems.iter().find_map(|ty| in_type(ty, shared)),
        Type::Path(path) => path.path.segments.iter().find_map(|segment| {
            let name = segment.ident.to_string();
            if !name.ends_with("Result") && !CONTAINERS.contains(&&*name) {
                return None;
            }
            // Only one thread at a time has the value in a `Mutex`.
            let shared = (shared || name == "Arc") && name != "Mutex";
            types_in(&segment.arguments).find_map(|ty| in_type(ty, shared))
        }),
        _ => None,
    }
}

fn check(object: &TypeTraitObject, shared: bool) -> Option<Stuck<'_>> {
    let borrows = object.bounds.iter().any(|bound| match bound {
        TypeParamBound::Lifetime(lifetime) => !borrow::is_static(Some(lifetime)),
        _ => false,
    });
    if borrows {
        // It has been reported.
        return None;
    }
    let has = |name: &str| bounds(object).any(|bound| is_called(bound, name));
    let of_std = of_std(object)?;
    // Errors and functions are usually passed to code that requires both.
    let both = shared || is_called(of_std, "Error") || is_called(of_std, "Fn");
    let missing = match (has("Send"), has("Sync")) {
        (false, false) if both => "Send + Sync",
        (false, _) => "Send",
        (true, false) if shared => "Sync",
        (true, _) => return None,
    };
    Some(Stuck { object, missing })
}

fn bounds(object: &TypeTraitObject) -> impl Iterator<Item = &TraitBound> {
    object.bounds.iter().filter_map(|bound| match bound {
        TypeParamBound::Trait(bound) => Some(bound),
        _ => None,
    })
}

/// The bound that is a trait of std.
fn of_std(object: &TypeTraitObject) -> Option<&TraitBound> {
    bounds(object).find(|bound| is_of_std(bound))
}

fn is_called(bound: &TraitBound, name: &str) -> bool {
    let last = bound.path.segments.last();
    last.is_some_and(|last| last.ident == name)
}

/// Whether the bound is a trait of std: written `Fn(..)`, by a path from std, or by the name of one that is known: `Read`, `io::Read`.
fn is_of_std(bound: &TraitBound) -> bool {
    let segments = &bound.path.segments;
    let (Some(first), Some(last)) = (segments.first(), segments.last()) else {
        return false;
    };
    let named = |names: &[&str], word: &syn::Ident| names.iter().any(|name| word == name);
    let marker = named(
        &["Send", "Sync", "Unpin", "UnwindSafe", "RefUnwindSafe"],
        &last.ident,
    );
    let imported = bound.path.leading_colon.is_none()
        && (segments.len() == 1 || segments.len() == 2 && named(&MODULES, &first.ident));
    let function = matches!(last.arguments, PathArguments::Parenthesized(_));
    !marker
        && (function
            || segments.len() > 1 && named(&["std", "core", "alloc"], &first.ident)
            || imported && named(&KNOWN, &last.ident))
}

/// Types that are `Send` only if their content is. Other types may be `Send` with any content.
const CONTAINERS: [&str; 13] = [
    "Arc",
    "BTreeMap",
    "BTreeSet",
    "Box",
    "HashMap",
    "HashSet",
    "LinkedList",
    "Mutex",
    "Option",
    "Pin",
    "RwLock",
    "Vec",
    "VecDeque",
];

/// Modules that people import to name what is in them.
const MODULES: [&str; 5] = ["any", "error", "fmt", "io", "iter"];

/// Traits that people import under their own names.
const KNOWN: [&str; 11] = [
    "Any",
    "BufRead",
    "Debug",
    "Display",
    "DoubleEndedIterator",
    "Error",
    "ExactSizeIterator",
    "Iterator",
    "Read",
    "Seek",
    "Write",
];
