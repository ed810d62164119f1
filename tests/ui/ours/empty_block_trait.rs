//! A trait without a method.

use tokio_offload::offload;

#[offload(blocking = BlockingStore)]
trait Store {
    type Item;
}

fn main() {}
