//! A method of a trait that returns what may borrow from the value.

use tokio_offload::offload;

#[offload(blocking = BlockingStore)]
trait Store {
    fn rows(&self) -> impl Iterator<Item = u8>;
}

fn main() {}
