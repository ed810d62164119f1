//! A `const` method of an owner, beside a constructor, which may be `const`.

use tokio_offload::offload;

struct Store;

#[offload(owner = StoreHandle)]
impl Store {
    pub const fn new() -> Self {
        Self
    }

    pub const fn len(&self) -> usize {
        0
    }

    pub const fn most() -> usize {
        1
    }
}

fn main() {
    drop(StoreHandle::new());
}
