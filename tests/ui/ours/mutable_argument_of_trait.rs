//! An argument that the caller lends to be changed, without a name and beside patterns.

use tokio_offload::offload;

#[offload(blocking = BlockingStore)]
trait Store {
    fn fill(&self, mut n: u32, (a, _): (u8, u8), ref b: u8, _: &mut Vec<u8>) -> u32 {
        n += u32::from(a + *b);
        n
    }
}

#[offload]
fn sum((a, b): &mut (u8, u8)) -> u8 {
    *a + *b
}

fn main() {}
