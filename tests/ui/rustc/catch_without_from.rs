//! A function that catches, whose error cannot be that of the call.

use tokio_offload::offload;

#[derive(Debug)]
struct Failed;

#[offload(catch)]
fn count() -> Result<usize, Failed> {
    Err(Failed)
}

fn main() {}
