//! A pool by a number of threads.

use tokio_offload::offload;

#[offload(pool = 4)]
fn load() {}

fn main() {}
