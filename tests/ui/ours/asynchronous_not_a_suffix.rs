//! A whole name for the asynchronous methods of a block. The methods as written are still there.

use tokio_offload::offload;

struct Store;

#[offload(asynchronous = load_async)]
impl Store {
    fn load(&self) -> u8 {
        1
    }
}

fn main() {
    let _: u8 = Store.load();
}
