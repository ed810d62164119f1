//! A receiver that the caller lends to be changed.

use tokio_offload::offload;

struct Store;

impl Store {
    #[offload]
    fn fill(&mut self) {}
}

fn main() {}
