//! Mistakes in the bodies of blocks, owners and traits: one error each, where it was made.

use tokio_offload::offload;

#[derive(Clone)]
struct Store(Vec<u8>);

#[offload(blocking = _blocking)]
impl Store {
    fn len(&self) -> usize {
        self.1
    }
}

#[offload(owner = Handle)]
impl Store {
    pub fn count(&mut self, by: &str) -> u8 {
        by.missing()
    }
}

#[offload(blocking = BlockingKeep)]
trait Keep {
    fn find(&self) -> u8;

    fn has(&self) -> bool {
        self.find()
    }
}

fn main() {}
