//! The attribute of `tokio-offload`: syntax in, tokens out. Its reference is on the re-export, `tokio_offload::offload`.

#![warn(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

mod diagnostics;
mod expand;
#[cfg(test)]
mod fragments;
#[cfg(test)]
mod fuzz;
#[cfg(test)]
mod golden;
mod model;
mod package;
mod parse;
mod tokens;

use proc_macro::TokenStream;

/// Makes a blocking function asynchronous. Its reference is at `tokio_offload::offload`.
///
/// | option | meaning |
/// | --- | --- |
/// | `pool = EXPR` | where the body runs: the name of a `static` executor, or whatever leads to one |
/// | `remote = EXPR` | what runs the body elsewhere: `Workers`, or another `Remote`, such as a `Cluster` |
/// | `blocking = NAME` | the blocking version stays callable, as `NAME`; on a trait, the blocking trait is `NAME` |
/// | `asynchronous = NAME` | what is written stays as it is; `NAME` is the asynchronous version |
/// | `owner = NAME` | on an `impl` block: `NAME` is a handle to one thread that owns the value |
/// | `catch` | failures of the call become the function's own errors |
/// | `skip` | on a method of an offloaded `impl` block: it stays as it is |
/// | `crate = ::path` | where the library is, for re-exports |
#[proc_macro_attribute]
pub fn offload(options: TokenStream, item: TokenStream) -> TokenStream {
    let options = if has_equals() {
        TokenStream::new()
    } else {
        options
    };
    expand::run(options.into(), whole(item)).into()
}

/// Lets a program be its own worker processes, and watches for functions that block. Its reference is at `tokio_offload::main`.
#[proc_macro_attribute]
pub fn main(options: TokenStream, item: TokenStream) -> TokenStream {
    if has_equals() {
        return item;
    }
    expand::main_fn::run(options.into(), whole(item)).into()
}

/// Fails a test that blocks its runtime. Its reference is at `tokio_offload::test`.
#[proc_macro_attribute]
pub fn test(options: TokenStream, item: TokenStream) -> TokenStream {
    if has_equals() {
        return item;
    }
    expand::test_fn::run(options.into(), whole(item)).into()
}

/// Whether an attribute is written as `#[offload = ".."]`, which rustc refuses itself and hands over like `#[offload("..")]`.
fn has_equals() -> bool {
    let written = proc_macro::Span::call_site().source_text();
    written.is_some_and(|text| {
        let before_value = text.split(['(', '{', '"']).next();
        before_value.is_some_and(|name| name.contains('='))
    })
}

/// The item, with parentheses around fragments of `macro_rules!` that need them.
fn whole(item: TokenStream) -> proc_macro2::TokenStream {
    tokens::precedence::kept(item.into())
}
