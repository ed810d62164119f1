//! A block whose type cannot be copied into the call: one error for each method, at its `self`.

use tokio_offload::offload;

struct Store(Vec<u8>);

#[offload]
impl Store {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn first(&self) -> Option<u8> {
        self.0.first().copied()
    }
}

fn main() {}
