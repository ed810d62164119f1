//! A `const` method in an annotated block.

use tokio_offload::offload;

struct Store;

#[offload]
impl Store {
    pub const fn new() -> Self {
        Self
    }
}

fn main() {}
