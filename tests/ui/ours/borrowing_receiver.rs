//! A receiver that borrows behind a pointer.

use std::pin::Pin;
use tokio_offload::offload;

struct Store;

impl Store {
    #[offload]
    fn read(self: Pin<&Self>) {}
}

fn main() {}
