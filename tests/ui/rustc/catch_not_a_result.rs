//! A function that catches and has no place for what it caught.

use tokio_offload::offload;

#[offload(catch)]
fn count() -> usize {
    1
}

fn main() {}
