//! The attribute on what has no body to offload.

use tokio_offload::offload;

#[offload]
struct Store;

fn main() {}
