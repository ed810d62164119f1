//! A `const` constructor of an owner.

use tokio_offload::offload;

struct Store;

#[offload(owner = StoreHandle)]
impl Store {
    pub const fn new() -> Self {
        Self
    }
}

fn main() {
    drop(StoreHandle::new());
}
