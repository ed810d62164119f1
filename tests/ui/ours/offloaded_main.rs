//! A `main` that is offloaded itself.

use tokio_offload::offload;

#[offload]
#[tokio::main(flavor = "current_thread")]
fn main() {}
