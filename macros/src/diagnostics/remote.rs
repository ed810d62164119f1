//! The messages about functions whose bodies run in worker processes.

use proc_macro2::Ident;
use quote::ToTokens;
use syn::{Error, GenericParam, Receiver, Type, TypeImplTrait, TypeReference};

use crate::diagnostics::message;
use crate::tokens::wording::{owner, show};

pub(crate) fn missing_feature(key: &Ident) -> Error {
    message(
        key,
        format!(
            "`{key}` needs the feature `process` of the library, or `remote` where calls go to a cluster"
        ),
        "write `tokio-offload = { version = \"..\", features = [\"process\"] }` in Cargo.toml",
    )
}

pub(crate) fn misplaced_remote(key: &Ident) -> Error {
    message(
        key,
        "a method of a trait cannot run in a worker process",
        "call a free function from it: `#[offload(remote = IMAGES)] fn render() -> Result<..>`",
    )
}

pub(crate) fn remote_receiver(receiver: &Receiver, name: &Ident) -> Error {
    message(
        receiver,
        "`self` cannot be sent to a worker process",
        format!(
            "offload a free function that takes the value or its fields: `fn {name}(value: &T)`"
        ),
    )
}

pub(crate) fn remote_self_type(word: &Ident) -> Error {
    message(
        word,
        "a function that runs in a worker process cannot see what `Self` is",
        "write the name of the type for `Self`",
    )
}

pub(crate) fn remote_parameter(parameter: &GenericParam) -> Error {
    let (name, what) = match parameter {
        GenericParam::Type(parameter) => (&parameter.ident, "type"),
        GenericParam::Const(parameter) => (&parameter.ident, "value"),
        GenericParam::Lifetime(parameter) => (&parameter.lifetime.ident, "lifetime"),
    };
    message(
        parameter,
        "a worker process cannot be told what a generic parameter stands for",
        format!("write the {what} itself for `{name}`, in one function for each {what}"),
    )
}

pub(crate) fn remote_static_borrow(reference: &TypeReference) -> Error {
    let (shown, owned) = (show(&reference.elem), owner(&reference.elem));
    message(
        reference,
        "what this process keeps for ever is not in a worker process",
        format!("take `&{shown}` or `{owned}`"),
    )
}

pub(crate) fn remote_static_return(reference: &TypeReference) -> Error {
    message(
        reference,
        "what a worker process keeps for ever is not in this one",
        format!("return an owned value: `{}`", owner(&reference.elem)),
    )
}

pub(crate) fn remote_opaque_argument(opaque: &TypeImplTrait) -> Error {
    message(
        opaque,
        "a worker process cannot be told what type an `impl Trait` is",
        "take a type with a name, such as `Vec<T>`, or `impl AsRef<str>`",
    )
}

pub(crate) fn remote_opaque_return(opaque: &TypeImplTrait) -> Error {
    message(
        opaque,
        "an `impl Trait` cannot come back from a worker process",
        "return a type with a name, such as `Vec<T>`",
    )
}

/// `library` is the library of the error type, or `Box`; `value` is the type in `Ok`.
pub(crate) fn remote_error(ty: &Type, library: &str, value: &str) -> Error {
    let what = match library {
        "io" => "an `io::Error`",
        "Box" => "a trait object",
        _ => &format!("an error of `{library}`"),
    };
    let help = if library == "io" {
        format!("return `Result<{value}, tokio_offload::Error>`: `?` makes that of an `io::Error`")
    } else {
        "return an error of your own that is `Serialize`, `Deserialize` and `From<tokio_offload::Error>`"
            .to_owned()
    };
    message(ty, format!("{what} cannot cross to a worker process"), help)
}

/// `what` is the return type as written.
pub(crate) fn remote_output(tokens: &dyn ToTokens, what: &str) -> Error {
    message(
        tokens,
        "a worker process can fail, and this return type has no place for that",
        format!("return `Result<{what}, E>`, where `E` implements `From<tokio_offload::Error>`"),
    )
}
