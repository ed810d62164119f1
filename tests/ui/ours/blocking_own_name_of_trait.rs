//! The blocking trait under the name of the asynchronous one.

use tokio_offload::offload;

#[offload(blocking = Store)]
trait Store {
    fn load(&self) -> u8;
}

fn main() {}
