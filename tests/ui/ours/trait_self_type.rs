//! A method of a trait that gives or takes `Self`.

use tokio_offload::offload;

#[offload(blocking = BlockingStore)]
trait Store {
    fn fork(&self) -> Option<Self>
    where
        Self: Sized;

    fn merge(&self, other: &Self) -> u8;

    fn copied(&self) -> Self;
}

fn main() {}
