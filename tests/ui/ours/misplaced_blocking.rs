//! Blocking versions in a block that implements a trait.

use tokio_offload::offload;

#[derive(Clone)]
struct Store;

trait Load {
    async fn load(&self) -> u8;
}

#[offload(blocking = _blocking)]
impl Load for Store {
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
