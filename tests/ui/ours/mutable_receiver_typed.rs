//! The same, behind `Pin`.

use std::pin::Pin;
use tokio_offload::offload;

struct Store;

impl Store {
    #[offload]
    fn fill(self: Pin<&mut Self>) {}
}

fn main() {}
