//! The attribute on what is no function.

use tokio_offload::offload;

#[offload]
type Size = usize;

fn main() {}
