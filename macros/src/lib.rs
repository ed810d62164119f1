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
mod rewrite;
mod scope;
mod self_type;
mod twin;
mod wording;

use proc_macro::TokenStream;

/// Makes a blocking function asynchronous. Its reference is at `tokio_offload::offload`.
#[proc_macro_attribute]
pub fn offload(options: TokenStream, item: TokenStream) -> TokenStream {
    pipeline::run(options.into(), item.into()).into()
}
