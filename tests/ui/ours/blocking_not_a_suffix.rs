//! A whole name for the blocking methods of a block.

use tokio_offload::offload;

#[derive(Clone)]
struct Store;

#[offload(blocking = load_blocking)]
impl Store {
    fn load(&self) -> u8 {
        1
    }
}

async fn caller(store: Store) -> u8 {
    store.load().await
}

fn main() {
    drop(caller(Store));
}
