//! Type parameters with `?Sized` behind a borrowed argument: no bound says how the call can own such a value.

use proc_macro2::Ident;
use syn::{Type, TypeParamBound};

use crate::diagnostics::{self, Errors};
use crate::model::generics::{self, Owned};
use crate::parse::function::Function;
use crate::tokens::{borrow, cfg};

/// Refuses `Q: ?Sized` beside `&Q`, unless `Q: ToOwned` or the call owns the argument by its `AsRef`.
pub(crate) fn check(function: &Function, owned: &[Owned], errors: &mut Errors) {
    let generics = &function.sig.generics;
    for parameter in generics.type_params() {
        let name = &parameter.ident;
        let is_owned = owned.iter().any(|owned| owned.name == *name);
        if is_owned || !is_lent(name, function) {
            continue;
        }
        let bounds: Vec<_> = generics::bounds_of(parameter, generics).collect();
        // A `Clone` type is sized.
        let has_way =
            |bound: &&TypeParamBound| is_called(bound, "ToOwned") || is_called(bound, "Clone");
        if bounds.iter().any(has_way) {
            continue;
        }
        if let Some(bound) = bounds.iter().find(|bound| may_be_unsized(bound)) {
            errors.push(diagnostics::unsized_parameter(bound, name));
        }
    }
}

/// Whether an argument that is always there is a `&Q`.
fn is_lent(name: &Ident, function: &Function) -> bool {
    let mut arguments = function.typed();
    arguments.any(|argument| {
        let lent = match borrow::peel(&argument.ty) {
            Type::Reference(reference) => {
                let copied = reference.mutability.is_none()
                    && !borrow::is_static(reference.lifetime.as_ref());
                copied && generics::is_parameter(&reference.elem, name)
            }
            _ => false,
        };
        lent && cfg::predicate(&argument.attrs).is_none()
    })
}

/// Whether the bound is `?Sized`.
fn may_be_unsized(bound: &TypeParamBound) -> bool {
    matches!(bound, TypeParamBound::Trait(written) if written.maybe.is_some())
}

fn is_called(bound: &TypeParamBound, name: &str) -> bool {
    match bound {
        TypeParamBound::Trait(bound) => {
            let last = bound.path.segments.last();
            last.is_some_and(|last| last.ident == name)
        }
        _ => false,
    }
}
