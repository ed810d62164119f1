//! The attribute on what is no function.

use tokio_offload::offload;

#[offload]
unsafe extern "C" {}

fn main() {}
