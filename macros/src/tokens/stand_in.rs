//! A named type that implements the traits of an `impl Trait`, for a function that was refused.

use quote::{ToTokens, quote};
use syn::{GenericArgument, PathArguments, Type, TypeImplTrait, TypeParamBound};

/// Traits that other types have beside their one trait of a trait object.
const AUTO: [&str; 5] = ["Send", "Sync", "Unpin", "UnwindSafe", "RefUnwindSafe"];

/// Traits of std that make no trait object.
const OF_VALUES: [&str; 11] = [
    "Clone",
    "Copy",
    "Default",
    "Eq",
    "From",
    "Hash",
    "Into",
    "Ord",
    "PartialEq",
    "PartialOrd",
    "Sized",
];

/// Output: `&'static mut (dyn Iterator<Item = u8> + Send)`, the `String` of `Into<String>`, or `()`.
pub(crate) fn of(opaque: &TypeImplTrait) -> Type {
    let is_of_value = |bound: &&TypeParamBound| is_any(bound, &OF_VALUES);
    let (mut of_values, mut others) = (Vec::new(), Vec::new());
    for bound in &opaque.bounds {
        match bound {
            bound if bound.to_token_stream().to_string().starts_with('?') => {}
            bound if is_of_value(&bound) => of_values.push(bound),
            TypeParamBound::Trait(_) | TypeParamBound::Lifetime(_) => others.push(bound),
            _ => {}
        }
    }
    let is_main = |bound: &&TypeParamBound| {
        matches!(bound, TypeParamBound::Trait(_)) && !is_any(bound, &AUTO)
    };
    // Only a trait object is known to implement any other trait. The traits of `OF_VALUES` are left out then.
    if others.iter().copied().any(|bound| is_main(&bound)) || of_values.is_empty() {
        let main = others.iter().copied().find(is_main);
        let beside = others.iter().filter(|bound| !is_main(bound));
        let bounds = main.iter().chain(beside);
        return Type::Verbatim(quote!(&'static mut (dyn #(#bounds)+*)));
    }
    let ty = of_values.into_iter().find_map(argument);
    ty.unwrap_or_else(|| Type::Verbatim(quote!(())))
}

fn is_any(bound: &TypeParamBound, names: &[&str]) -> bool {
    let TypeParamBound::Trait(bound) = bound else {
        return false;
    };
    let last = bound.path.segments.last();
    last.is_some_and(|last| names.iter().any(|name| last.ident == name))
}

/// The `T` of `Into<T>` and `PartialEq<T>`, which implements both.
fn argument(bound: &TypeParamBound) -> Option<Type> {
    let TypeParamBound::Trait(bound) = bound else {
        return None;
    };
    match &bound.path.segments.last()?.arguments {
        PathArguments::AngleBracketed(arguments) => {
            arguments.args.iter().find_map(|argument| match argument {
                GenericArgument::Type(ty) => Some(ty.clone()),
                _ => None,
            })
        }
        _ => None,
    }
}
