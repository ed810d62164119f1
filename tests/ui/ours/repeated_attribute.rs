//! The attribute twice.

use tokio_offload::offload;

#[offload]
#[offload]
fn load() {}

fn main() {}
