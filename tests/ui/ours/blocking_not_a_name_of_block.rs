//! A value of `blocking` on a block that is no name at all.

use tokio_offload::offload;

#[derive(Clone)]
struct Store;

#[offload(blocking = "_blocking")]
impl Store {
    fn load(&self) -> u8 {
        1
    }
}

fn main() {}
