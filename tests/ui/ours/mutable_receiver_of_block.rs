//! An exclusive receiver in a block, which could have an owner.

use tokio_offload::offload;

struct Counter(u32);

#[offload]
impl Counter {
    fn add(&mut self, n: u32) {
        self.0 += n;
    }
}

fn main() {}
