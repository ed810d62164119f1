//! A type that does not exist.

use tokio_offload::offload;

#[offload]
fn load(key: Missing) {
    let _ = key;
}

fn main() {}
