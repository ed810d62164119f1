//! A method of a trait that asks more of the type.

use tokio_offload::offload;

#[offload(blocking = BlockingStore)]
trait Store {
    fn each(&self, count: u8) -> u8
    where
        Self: Sized;
}

fn main() {}
