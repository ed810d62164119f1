//! A receiver that cannot be copied.

use tokio_offload::offload;

struct Store(u8);

impl Store {
    #[offload]
    fn load(&self) -> u8 {
        self.0
    }
}

fn main() {}
