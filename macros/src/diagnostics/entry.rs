//! The messages of the attribute on `fn main`.

use proc_macro2::Ident;
use quote::ToTokens;
use syn::{Error, Token};

use crate::diagnostics::message;

pub(crate) fn main_wrong_item(tokens: &dyn ToTokens) -> Error {
    message(
        tokens,
        "this attribute is for the function that a program starts with",
        "put it on `fn main() { .. }`",
    )
}

pub(crate) fn main_other_name(name: &Ident) -> Error {
    message(
        name,
        format!("a program starts with `main`, not with `{name}`"),
        "put the attribute on `fn main() { .. }`",
    )
}

pub(crate) fn main_arguments(tokens: &dyn ToTokens) -> Error {
    message(
        tokens,
        "the function that a program starts with takes nothing",
        "write `fn main()`, and read `std::env::args()` in it",
    )
}

pub(crate) fn main_asynchronous(word: Token![async]) -> Error {
    message(
        word,
        "an `async fn main` needs a runtime that runs it",
        "write the attribute of the runtime below this one: `#[tokio::main]`",
    )
}

pub(crate) fn main_option(key: &Ident) -> Error {
    message(
        key,
        format!("`{key}` says nothing about the start of a program"),
        format!("remove `{key}`, or write it on a function: `#[offload(..)] fn load() {{ .. }}`"),
    )
}
