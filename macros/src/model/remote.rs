//! `remote = EXPR`: the additional requirements for a function whose body runs in another process.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{FnArg, GenericArgument, GenericParam, ReturnType, Type, TypePath, TypeReference};

use crate::diagnostics::{self, Errors};
use crate::model::argument::{Argument, Passing};
use crate::model::failures;
use crate::model::generics::{self, Owned};
use crate::parse::function::Function;
use crate::tokens::borrow;
use crate::{
    model::output,
    tokens::{body, cfg, wording},
};

/// Refuses functions that cannot run in another process.
pub(crate) fn check_inputs(function: &Function, owned: &[Owned], errors: &mut Errors) {
    check_self(function, errors);
    for parameter in &function.sig.generics.params {
        let free = match parameter {
            GenericParam::Lifetime(_) => false,
            GenericParam::Type(declared) => !owned
                .iter()
                .any(|owned| owned.name == declared.ident && owned.owning.is_by_reference()),
            GenericParam::Const(_) => true,
        };
        if free {
            let mut found = Errors::default();
            found.push(diagnostics::remote_parameter(parameter));
            errors.of_part(cfg::predicate(generics::attrs(parameter)).as_ref(), found);
        }
    }
}

/// Refuses a `self` that cannot be sent, and any function that uses `Self`, which the other process could not know.
fn check_self(function: &Function, errors: &mut Errors) {
    if let Some(FnArg::Receiver(receiver)) = function.sig.inputs.first() {
        errors.push(diagnostics::remote_receiver(receiver, function.name()));
        return;
    }
    let (inputs, output) = (&function.sig.inputs, &function.sig.output);
    // One by one: an `impl` in one of them would look like an item before the braces in another.
    let parts = [
        inputs.to_token_stream(),
        output.to_token_stream(),
        function.body_tokens(),
    ];
    if let Some(word) = parts.into_iter().find_map(body::find_self_type) {
        errors.push(diagnostics::remote_self_type(&word));
    }
}

/// Refuses a type that cannot be sent.
pub(crate) fn check_argument(ty: &Type, errors: &mut Errors) {
    if let Some(reference) = lasting_borrow(ty) {
        errors.push(diagnostics::remote_static_borrow(reference));
        return;
    }
    let by_as_ref = match borrow::peel(ty) {
        Type::Reference(reference) => borrow::peel(&reference.elem),
        ty => ty,
    };
    if let Type::ImplTrait(opaque) = by_as_ref {
        let owning = generics::owning(opaque.bounds.iter());
        if owning.is_some_and(|owning| owning.is_by_reference()) {
            return;
        }
    }
    if let Some(opaque) = output::find_opaque(by_as_ref) {
        errors.push(diagnostics::remote_opaque_argument(&opaque));
    }
}

/// The `&'static T` of an argument that is one, or an `Option` of one.
fn lasting_borrow(ty: &Type) -> Option<&TypeReference> {
    match borrow::peel(ty) {
        Type::Reference(reference) => {
            borrow::is_static(reference.lifetime.as_ref()).then_some(reference)
        }
        Type::Path(TypePath { path, .. }) => {
            match borrow::arguments_of(path, "Option")?.args.first()? {
                GenericArgument::Type(inner)
                    if matches!(borrow::peel(inner), Type::Reference(_)) =>
                {
                    lasting_borrow(inner)
                }
                _ => None,
            }
        }
        _ => None,
    }
}

/// Requires a `Result`, as far as syntax shows it: only that can hold the failures of a process.
pub(crate) fn check_output(function: &Function, errors: &mut Errors) {
    let ReturnType::Type(_, ty) = &function.sig.output else {
        errors.push(diagnostics::remote_output(function.name(), "()"));
        return;
    };
    match borrow::peel(ty) {
        Type::Path(_) | Type::Macro(_) => {
            if let Some(opaque) = output::find_opaque(ty) {
                errors.push(diagnostics::remote_opaque_return(&opaque));
            }
        }
        Type::Reference(_) => {}
        Type::ImplTrait(opaque) => errors.push(diagnostics::remote_opaque_return(opaque)),
        Type::Never(_) => errors.push(diagnostics::remote_output(ty, "()")),
        other => {
            let shown = wording::show(other);
            errors.push(diagnostics::remote_output(ty, &shown));
        }
    }
}

/// Refuses return types that point into the memory of the other process. (A borrowed error is refused for another reason.)
pub(crate) fn check_lasting(output: &ReturnType, errors: &mut Errors) {
    let ReturnType::Type(_, ty) = output else {
        return;
    };
    let error = failures::error(output);
    for reference in borrow::lasting(ty) {
        let is_error =
            matches!(error, Some(Type::Reference(error)) if std::ptr::eq(error, reference));
        if !is_error {
            errors.push(diagnostics::remote_static_return(reference));
        }
    }
}

/// How one argument is encoded for the other process, decoded there, and lent to the body.
pub(crate) struct Parcel {
    /// The expression that encodes and decodes it: `P::remote::value::<u32>()`.
    pub(crate) codec: TokenStream,
    /// The methods that encode, decode and lend it. An owned argument is not lent.
    pub(crate) give: &'static str,
    pub(crate) take: &'static str,
    pub(crate) lend: Option<&'static str>,
    /// The method that adds its type to the fingerprint.
    pub(crate) fingerprint: &'static str,
    /// Whether the body needs a reference to the lent value.
    pub(crate) by_reference: bool,
}

/// Output: `P::remote::lent::<Path>()` and its methods. `remote` is the path of the module at the type of the argument.
pub(crate) fn parcel(argument: &Argument, remote: &TokenStream) -> Parcel {
    let lent = |target: &Type| {
        if is_bytes(target) {
            quote!(#remote::bytes())
        } else {
            quote!(#remote::lent::<#target>())
        }
    };
    let (codec, give, take, lending) = match &argument.passing {
        Passing::Stay(ty) => (quote!(#remote::value::<#ty>()), "give", "take", None),
        Passing::Opaque | Passing::Into(_) | Passing::ToString => {
            let ty = argument.ty.to_token_stream();
            (quote!(#remote::value::<#ty>()), "give", "take", None)
        }
        Passing::Own(ty) => (lent(ty), "give", "take", Some("lend")),
        Passing::OwnOption(ty) => (lent(ty), "give_opt", "take_opt", Some("lend_opt")),
        Passing::OwnCow(ty) => (lent(ty), "give_cow", "take", Some("lend_cow")),
        Passing::AsRef { target, .. } => (lent(target), "give_as_ref", "take", Some("lend_as_ref")),
    };
    let reference = matches!(borrow::peel(&argument.ty), Type::Reference(_));
    let by_reference = reference && matches!(argument.passing, Passing::AsRef { .. });
    Parcel {
        codec,
        give,
        take,
        lend: lending,
        fingerprint: match give {
            "give_opt" => "fingerprint_opt",
            _ => "fingerprint",
        },
        by_reference,
    }
}

/// Whether the type is `[u8]`, which is sent as one block.
fn is_bytes(ty: &Type) -> bool {
    match borrow::peel(ty) {
        Type::Slice(slice) => {
            matches!(borrow::peel(&slice.elem), Type::Path(path) if path.path.is_ident("u8"))
        }
        _ => false,
    }
}
