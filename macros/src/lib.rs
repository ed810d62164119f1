//! The attribute of `tokio-offload`: syntax in, tokens out. Its reference is on the re-export, `tokio_offload::offload`.

#![warn(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

mod argument;
mod attribute;
mod block;
mod body;
mod borrow;
mod crate_path;
mod crossing;
mod diagnostics;
mod entry;
mod expand;
mod fallback;
#[cfg(test)]
mod fuzz;
mod generics;
#[cfg(test)]
mod golden;
mod handle;
mod impl_block;
mod item;
mod model;
mod offloaded_trait;
mod options;
mod output;
mod pipeline;
mod receiver;
mod remote;
mod remote_call;
mod rewrite;
mod scope;
mod self_type;
mod twin;
mod value;
mod wording;

use proc_macro::TokenStream;

/// Whether the library has worker processes: without them `remote` could name nothing.
const HAS_PROCESSES: bool = cfg!(any(feature = "process", test));

/// Makes a blocking function asynchronous. Its reference is at `tokio_offload::offload`.
#[proc_macro_attribute]
pub fn offload(options: TokenStream, item: TokenStream) -> TokenStream {
    pipeline::run(options.into(), item.into()).into()
}

/// Lets a program be its own worker processes. Its reference is at `tokio_offload::main`.
#[proc_macro_attribute]
pub fn main(options: TokenStream, item: TokenStream) -> TokenStream {
    entry::run(options.into(), item.into()).into()
}
