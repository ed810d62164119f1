//! A lifetime of the trait in a method.

use tokio_offload::offload;

#[offload(blocking = BlockingStore)]
trait Store<'k> {
    fn get(&self, key: &'k str) -> u8;
}

fn main() {}
