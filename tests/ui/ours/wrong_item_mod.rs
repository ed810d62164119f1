//! The attribute on what is no function.

use tokio_offload::offload;

#[offload]
mod store {}

fn main() {}
