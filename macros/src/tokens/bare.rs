//! Bare names in types, such as `Path`. rustc reports an unknown name once for equal messages with the same span. But within `<..>` its
//! message also proposes a type parameter, so the two messages would differ.

use proc_macro2::{Ident, Span};
use syn::spanned::Spanned;
use syn::{GenericArgument, PathArguments, Token, Type, TypeInfer};

use crate::tokens::borrow;

/// Names that always resolve.
const KNOWN: [&str; 19] = [
    "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "str", "u8", "u16",
    "u32", "u64", "u128", "usize", "String", "Self",
];

/// `_` for a type with a bare name that is not within `<..>`. It is a name, or a group of tokens: one span has it all.
pub(crate) fn inferred(ty: &Type) -> Type {
    let mut ty = ty.clone();
    if let Type::Reference(reference) = &mut ty {
        *reference.elem = inferred(&reference.elem);
        return ty;
    }
    let span = is_in(&ty).then(|| ty.span());
    if let Some(span) = span.or_else(|| may_be_trait(&ty)) {
        return infer(span);
    }
    ty
}

/// `_` in place of a type that may be a trait without `dyn`, about which the signature is the place to say so.
pub(crate) fn without_traits(ty: &Type) -> Type {
    match may_be_trait(ty) {
        Some(span) => infer(span),
        None => ty.clone(),
    }
}

fn infer(span: Span) -> Type {
    Type::Infer(TypeInfer {
        attrs: Vec::new(),
        underscore_token: Token![_](span),
    })
}

/// The span of the last name in a path that is one of a trait, or may be. What rustc proposes for a missing `dyn` is not the same in
/// a signature and elsewhere, so it would say it twice.
fn may_be_trait(ty: &Type) -> Option<Span> {
    let Type::Path(path) = borrow::peel(ty) else {
        return None;
    };
    let segments = &path.path.segments;
    let is_plain = segments.len() > 1 && segments.iter().all(|part| part.arguments.is_empty());
    let last = segments.last().filter(|_| path.qself.is_none())?;
    (is_plain || takes_as_trait(&last.arguments)).then(|| last.ident.span())
}

/// Whether only a trait can have these arguments: `Iterator<Item = u8>`, `Fn(u8)`.
fn takes_as_trait(arguments: &PathArguments) -> bool {
    match arguments {
        PathArguments::None => false,
        PathArguments::Parenthesized(_) => true,
        PathArguments::AngleBracketed(arguments) => arguments
            .args
            .iter()
            .any(|argument| matches!(argument, GenericArgument::AssocType(_))),
    }
}

/// Whether there is a bare name that is not within `<..>`.
pub(crate) fn is_in(ty: &Type) -> bool {
    match borrow::peel(ty) {
        Type::Array(array) => is_in(&array.elem),
        Type::Reference(reference) => is_in(&reference.elem),
        Type::Slice(slice) => is_in(&slice.elem),
        Type::Tuple(tuple) => tuple.elems.iter().any(is_in),
        Type::Path(path) => path.qself.is_none() && path.path.get_ident().is_some_and(is_unsure),
        _ => false,
    }
}

fn is_unsure(name: &Ident) -> bool {
    !KNOWN.iter().any(|known| name == known)
}
