//! A function with any number of arguments.

use tokio_offload::offload;

#[offload]
unsafe extern "C" fn load(count: u32, mut values: ...) {
    drop((count, values));
}

fn main() {}
