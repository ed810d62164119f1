//! A second attribute on a method, on a block, and one on a method of an owner.

use tokio_offload::offload;

#[derive(Clone)]
struct Store;

#[offload]
impl Store {
    #[offload]
    #[offload(blocking = load_now)]
    fn load(&self) -> u8 {
        1
    }
}

#[offload]
#[offload]
impl Store {
    fn store(&self) -> u8 {
        1
    }
}

#[offload(owner = Handle)]
impl Store {
    #[offload]
    pub fn count(&self) -> u8 {
        1
    }
}

fn main() {}
