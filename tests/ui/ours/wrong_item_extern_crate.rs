//! The attribute on what is no function.

use tokio_offload::offload;

#[offload]
extern crate std as library;

fn main() {}
