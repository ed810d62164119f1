//! Bare names in types, such as `Path`. rustc reports an unknown name once for equal messages with the same span. But within `<..>` its
//! message also proposes a type parameter, so the two messages would differ.

use proc_macro2::Ident;
use syn::spanned::Spanned;
use syn::{Token, Type, TypeInfer};

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
    } else if is_in(&ty) {
        return Type::Infer(TypeInfer {
            attrs: Vec::new(),
            underscore_token: Token![_](ty.span()),
        });
    }
    ty
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
