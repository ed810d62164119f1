//! The attribute below the one that boxes futures.

use async_trait::async_trait;
use tokio_offload::offload;

#[async_trait]
trait Store {
    async fn load(&self) -> u8;
}

struct Files;

#[async_trait]
#[offload]
impl Store for Files {
    async fn load(&self) -> u8 {
        1
    }
}

async fn caller(store: &dyn Store) -> u8 {
    store.load().await
}

fn main() {
    drop(caller(&Files));
}
