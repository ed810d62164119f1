//! The messages about values that cannot go to another thread, or should not come from one.

use proc_macro2::Ident;
use syn::{Attribute, Error, Lifetime, Type, TypeParamBound, TypeTraitObject};

use crate::diagnostics::message;
use crate::tokens::borrow;
use crate::tokens::wording::{owner, shared_object, show};

pub(crate) fn object_not_send(object: &TypeTraitObject, missing: &str) -> Error {
    let shown = show(object);
    let help = if shown == ".." {
        format!("add `+ {missing}` to it")
    } else {
        format!("write `{shown} + {missing}`")
    };
    message(
        object,
        "this trait object may hold what cannot go to another thread",
        help,
    )
}

pub(crate) fn copied_object(boxed: &Type, object: &TypeTraitObject) -> Error {
    let (shown, shared) = (show(boxed), shared_object(object));
    message(
        boxed,
        "a trait object cannot be copied into the call",
        format!("write `{shared}` for `{shown}`"),
    )
}

pub(crate) fn future_output(future: &Type, yields: Option<&Type>) -> Error {
    let yields = yields.map_or_else(|| "()".to_owned(), show);
    message(
        future,
        "the body would only make this future, and whoever awaits it runs what is in it",
        format!("return what it yields: `-> {yields}`, and call `block_on` in the body"),
    )
}

pub(crate) fn offloaded_test(attr: &Attribute) -> Error {
    message(
        attr,
        "nobody would await the call that this test becomes",
        "write `#[tokio::test] async fn`, and in it `load().await`, where `load` is offloaded",
    )
}

pub(crate) fn offloaded_main(attr: &Attribute) -> Error {
    message(
        attr,
        "nobody would await the call that a program would start with",
        "remove this, or write `async fn main` under it, and in it `load().await`, where `load` is offloaded",
    )
}

/// The body borrows from a copy, so the `Self` that it returns would not live long enough.
pub(crate) fn borrowed_self(word: &Ident, lifetime: &Lifetime) -> Error {
    message(
        word,
        "the return value borrows from a call that is over when it arrives",
        format!("return a type that owns what it has: `Self` borrows for `{lifetime}`"),
    )
}

/// The body has only values with a shorter lifetime to pass to such a function.
pub(crate) fn taken_lifetime(lifetime: &Lifetime) -> Error {
    message(
        lifetime,
        format!("a function for just `{lifetime}` cannot be taken along: the call outlives that"),
        format!("leave `{lifetime}` out here, or declare one for each use: `for<'f> fn(&'f T)`"),
    )
}

pub(crate) fn unsized_value(ty: &Type) -> Error {
    message(
        ty,
        "a value of this type has no size that the compiler knows",
        format!("write `{}`", sized(ty)),
    )
}

/// A borrow of the type parameter must be copied, and no bound says how.
pub(crate) fn unsized_parameter(bound: &TypeParamBound, name: &Ident) -> Error {
    message(
        bound,
        format!(
            "an argument `&{name}` is copied into the call, which cannot be done without its size"
        ),
        format!("ask for `Clone` instead: `{name}: Clone`"),
    )
}

/// The type that can hold such a value.
fn sized(ty: &Type) -> String {
    match borrow::peel(ty) {
        Type::Slice(slice) => format!("Vec<{}>", show(&slice.elem)),
        Type::TraitObject(object) => {
            let shown = show(object);
            let sends = object.bounds.iter().any(|bound| match bound {
                TypeParamBound::Trait(bound) => bound.path.is_ident("Send"),
                _ => false,
            });
            format!("Box<{shown}{}>", if sends { "" } else { " + Send" })
        }
        Type::Path(path) => {
            // Write the whole path if nothing was imported.
            let mut module = path.path.segments.iter().skip(1);
            match (module.next(), module.next()) {
                (Some(module), Some(_)) => format!("std::{}::{}", module.ident, owner(ty)),
                _ => owner(ty),
            }
        }
        ty => owner(ty),
    }
}
