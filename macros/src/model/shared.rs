//! Which type parameters are types of values in an `Arc`, or behind a `&'static`: such values can be sent only if they are `Sync`.

use proc_macro2::Ident;
use syn::{FnArg, GenericArgument, Path, ReturnType, Signature, Type};

use crate::tokens::borrow;

/// Whether a value of the parameter is shared by a value that is sent.
pub(crate) fn is_shared(name: &Ident, sig: &Signature) -> bool {
    let input = |input: &FnArg| match input {
        FnArg::Typed(argument) => shares(&argument.ty, name, false),
        FnArg::Receiver(_) => false,
    };
    let output = matches!(&sig.output, ReturnType::Type(_, ty) if shares(ty, name, false));
    output || sig.inputs.iter().any(input)
}

/// `shared` says whether the type itself is.
fn shares(ty: &Type, name: &Ident, shared: bool) -> bool {
    match borrow::peel(ty) {
        Type::Reference(reference) => {
            let lasts = borrow::is_static(reference.lifetime.as_ref());
            shares(&reference.elem, name, shared || lasts)
        }
        Type::Slice(slice) => shares(&slice.elem, name, shared),
        Type::Array(array) => shares(&array.elem, name, shared),
        Type::Tuple(tuple) => tuple.elems.iter().any(|ty| shares(ty, name, shared)),
        Type::Path(path) if path.qself.is_none() => {
            shared && path.path.is_ident(name) || in_path(&path.path, name, shared)
        }
        _ => false,
    }
}

/// Only within types that need `Sync` of their content, unlike `Mutex<T>`.
fn in_path(path: &Path, name: &Ident, shared: bool) -> bool {
    let containers = [
        "Arc", "BTreeMap", "BTreeSet", "Box", "HashMap", "HashSet", "Option", "Result", "Vec",
        "VecDeque", "Weak",
    ];
    containers.iter().any(|container| {
        let shared = shared || matches!(*container, "Arc" | "Weak");
        let arguments = borrow::arguments_of(path, container);
        arguments.iter().flat_map(|list| &list.args).any(
            |argument| matches!(argument, GenericArgument::Type(ty) if shares(ty, name, shared)),
        )
    })
}
