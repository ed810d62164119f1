//! The attribute on what is no function.

use tokio_offload::offload;

#[offload]
const SIZE: usize = 1;

fn main() {}
