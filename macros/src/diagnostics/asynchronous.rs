//! The messages about `asynchronous`, which adds a version under a name of its own, and about attributes of others on what is offloaded.

use proc_macro2::{Ident, TokenStream};
use syn::{Attribute, Error, Token};

use crate::diagnostics::{message, options::quoted_name};
use crate::tokens::wording::show;

pub(crate) fn asynchronous_not_a_name(value: &TokenStream, example: &str) -> Error {
    let example = quoted_name(value, example).unwrap_or_else(|| example.to_owned());
    message(
        value,
        "`asynchronous` needs a plain name",
        format!("write `asynchronous = {example}`"),
    )
}

pub(crate) fn asynchronous_not_a_suffix(name: &Ident) -> Error {
    message(
        name,
        "the asynchronous methods of a block need an ending for their names",
        "write `asynchronous = _async`, which adds `load_async` beside `load`",
    )
}

pub(crate) fn asynchronous_own_name(name: &Ident, kind: &str, example: &str) -> Error {
    message(
        name,
        format!("`{name}` is the name of the blocking {kind}, which stays as it is"),
        format!("write `asynchronous = {example}`"),
    )
}

pub(crate) fn misplaced_asynchronous(key: &Ident) -> Error {
    message(
        key,
        "a trait has no place for an asynchronous version beside a method",
        "put `#[offload(asynchronous = AsyncStore)]` on the trait itself: `trait Store { .. }`",
    )
}

pub(crate) fn boxed_before(name: &Ident) -> Error {
    message(
        name,
        "`#[async_trait]` has rewritten this method before `#[offload]` could see it",
        "write `#[offload]` above `#[async_trait]` on the `impl` block, and `fn` for what blocks",
    )
}

pub(crate) fn only_async_methods(word: Token![async]) -> Error {
    message(
        word,
        "the methods of this block are `async` and stay as they are, so none is offloaded",
        "remove `async` from those that block: `fn` implements the `async fn` of the trait all the same",
    )
}

pub(crate) fn asynchronous_trait(attr: &Attribute) -> Error {
    message(
        attr,
        "the methods of this trait are asynchronous already",
        "remove `#[offload]` here, and write it above this attribute on the `impl` blocks",
    )
}

pub(crate) fn traced_hand_over(attr: &Attribute) -> Error {
    let wrong = "below `#[offload]` this traces how the call is made, not the body";
    let shown = match show(&attr.meta).as_str() {
        ".." => format!("{}(..)", show(attr.path())),
        shown => shown.to_owned(),
    };
    message(
        attr,
        wrong,
        format!("write `#[{shown}]` above `#[offload]`"),
    )
}

pub(crate) fn exported_symbol(attr: &Attribute) -> Error {
    let wrong = "an offloaded function cannot be called under a symbol of its own";
    message(
        attr,
        wrong,
        "offload a second function that calls the exported one: `fn load() { load_c() }`",
    )
}
