//! A span around the hand-over instead of the body.

use tokio_offload::offload;

#[offload]
#[tracing::instrument(skip(key))]
fn load(key: u32) {
    drop(key);
}

fn main() {}
