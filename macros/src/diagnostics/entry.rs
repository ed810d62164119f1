//! The messages of the attributes on `fn main` and on tests.

use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::{Attribute, Error, Token};

use crate::diagnostics::message;
use crate::tokens::wording::show;

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

pub(crate) fn main_without_runtime(key: &Ident) -> Error {
    message(
        key,
        format!("`{key}` needs a runtime, and this `main` is not `async`"),
        "write `#[tokio::main] async fn main()` below this attribute, or call `on_blocked` in the runtime",
    )
}

pub(crate) fn test_wrong_item(tokens: &dyn ToTokens) -> Error {
    message(
        tokens,
        "this attribute is for the function of a test",
        "put it on `async fn name() { .. }`, above `#[tokio::test]`",
    )
}

pub(crate) fn test_asynchronous(word: Token![async]) -> Error {
    message(
        word,
        "an `async` test needs a runtime that runs it",
        "write the attribute of the runtime below this one: `#[tokio::test]`",
    )
}

pub(crate) fn test_blocking(word: Token![fn]) -> Error {
    message(
        word,
        "a test that is not `async` has no runtime that it could block",
        "write `#[tokio::test] async fn`, or remove this attribute",
    )
}

/// `attr`: of the runtime, which would say too that it needs an `async fn`.
pub(crate) fn blocking_under_runtime(word: Token![fn], attr: &Attribute) -> Error {
    let shown = show(attr.path());
    message(
        word,
        "this function is not `async`, so there is no runtime that it could block",
        format!("write `async fn`, which `#[{shown}]` needs too"),
    )
}

pub(crate) fn runtime_above(word: Token![fn]) -> Error {
    message(
        word,
        "the attribute of the runtime has made this test a blocking one",
        "write `#[tokio_offload::test(deny_blocking = \"50ms\")]` above `#[tokio::test]`",
    )
}

pub(crate) fn test_option(key: &Ident) -> Error {
    message(
        key,
        format!("`{key}` says nothing about a test"),
        format!("remove `{key}`, or write it on a function: `#[offload(..)] fn load() {{ .. }}`"),
    )
}

pub(crate) fn test_without_limit(name: &Ident) -> Error {
    message(
        name,
        "it is not said for how long this test may block",
        "write `#[tokio_offload::test(deny_blocking = \"50ms\")]`",
    )
}

pub(crate) fn entry_tokens(tokens: &TokenStream, limit: &str) -> Error {
    message(
        tokens,
        "this is not an option of this attribute",
        format!("write `name = value` and put a comma after it: `{limit} = \"100ms\"`"),
    )
}

pub(crate) fn missing_watch(key: &Ident) -> Error {
    message(
        key,
        format!("`{key}` needs the feature `watch` of the library"),
        "write `tokio-offload = { version = \"..\", features = [\"watch\"] }` in Cargo.toml",
    )
}

pub(crate) fn limit_not_text(value: &TokenStream, key: &Ident) -> Error {
    message(
        value,
        format!("`{key}` is a time, written as text"),
        format!("write a number and its unit between quotes: `{key} = \"100ms\"`"),
    )
}

pub(crate) fn limit_unreadable(value: &TokenStream, text: &str, key: &Ident) -> Error {
    message(
        value,
        format!("`{text}` is no time"),
        format!("write a number and `us`, `ms`, `s` or `min`: `{key} = \"100ms\"`"),
    )
}

pub(crate) fn limit_zero(value: &TokenStream, key: &Ident) -> Error {
    message(
        value,
        "everything takes longer than no time",
        format!("write the longest time that is fine, `{key} = \"100ms\"`, or remove `{key}`"),
    )
}
