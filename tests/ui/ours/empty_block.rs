//! A block without a method.

use tokio_offload::offload;

struct Store;

#[offload]
impl Store {
    const LIMIT: usize = 1;
}

fn main() {
    let _ = (Store, Store::LIMIT);
}
