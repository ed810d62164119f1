//! A trait without a name for the blocking one.

use tokio_offload::offload;

#[offload]
trait Store {
    fn load(&self) -> u8;
}

fn main() {}
