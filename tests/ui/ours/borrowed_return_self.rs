//! A result that borrows from the receiver.

use tokio_offload::offload;

struct Store(Vec<u8>);

impl Store {
    #[offload]
    fn bytes(&mut self) -> &mut [u8] {
        &mut self.0
    }
}

fn main() {}
