//! An asynchronous method in the block of an owner.

use tokio_offload::offload;

struct Store;

#[offload(owner = StoreHandle)]
impl Store {
    pub async fn connect(&self) -> u8 {
        1
    }

    pub async fn ping() -> u8 {
        3
    }

    pub fn load(&self) -> u8 {
        2
    }
}

async fn caller(store: StoreHandle) -> u8 {
    store.load().await
}

fn main() {
    let _ = caller;
}
