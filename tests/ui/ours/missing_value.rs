//! Options without a value, in three spellings.

use tokio_offload::offload;

#[offload(pool, blocking =, crate())]
fn load() {}

fn main() {}
