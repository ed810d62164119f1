//! An asynchronous method in an offloaded trait.

use tokio_offload::offload;

#[offload(blocking = BlockingStore)]
trait Store {
    async fn connect(&self) -> u8;
    fn load(&self) -> u8;
}

fn main() {}
