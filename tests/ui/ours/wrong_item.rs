//! An `impl` block.

use tokio_offload::offload;

struct Store;

#[offload]
impl Store {
    fn load(&self) {}
}

fn main() {}
