//! A pool that does not exist.

use tokio_offload::offload;

#[offload(pool = IMAGES)]
fn load() {}

fn main() {}
