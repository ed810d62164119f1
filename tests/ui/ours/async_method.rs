//! An asynchronous method in an annotated block.

use tokio_offload::offload;

#[derive(Clone)]
struct Store;

#[offload]
impl Store {
    async fn connect(&self) -> u8 {
        1
    }

    fn load(&self) -> u8 {
        2
    }
}

async fn caller(store: Store) -> u8 {
    store.connect().await + store.load().await
}

fn main() {
    drop(caller(Store));
}
