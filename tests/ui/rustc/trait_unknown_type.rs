//! A type that does not exist, in an offloaded trait.

use tokio_offload::offload;

#[offload(blocking = BlockingKeep)]
trait Keep {
    fn find(&self, key: Unknown) -> u8;
}

fn main() {}
