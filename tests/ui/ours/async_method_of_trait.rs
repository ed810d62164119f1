//! An asynchronous method in an annotated block that implements a trait.

use tokio_offload::offload;

#[derive(Clone)]
struct Store;

trait Load {
    async fn connect(&self) -> u8;
}

#[offload]
impl Load for Store {
    async fn connect(&self) -> u8 {
        1
    }
}

fn main() {}
