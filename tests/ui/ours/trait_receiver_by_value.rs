//! A method of a trait that consumes the value.

use tokio_offload::offload;

#[offload(blocking = BlockingStore)]
trait Store {
    fn close(self);
    fn boxed(self: Box<Self>) -> u8;
}

fn main() {}
