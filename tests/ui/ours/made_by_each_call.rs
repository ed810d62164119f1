//! A pool that is made in the attribute, so by each call.

use tokio_offload::offload;

#[offload(pool = tokio_offload::Pool::new("images").threads(4))]
fn load() {}

fn main() {}
