//! A span around the hand-over instead of the body.

use tokio_offload::offload;

#[offload]
#[tracing::instrument(skip(key))]
fn load(key: u32) {
    drop(key);
}

#[offload]
#[tracing::instrument(level = "debug", skip(key), fields(len = key.len()))]
fn store(key: &str) {
    drop(key.to_owned());
}

fn main() {}
