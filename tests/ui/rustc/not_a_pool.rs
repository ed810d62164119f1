//! A value that is not a pool.

use tokio_offload::offload;

#[offload(pool = NAME)]
fn load() {}

static NAME: &str = "images";

fn main() {}
