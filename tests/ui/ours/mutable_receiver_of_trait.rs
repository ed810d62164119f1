//! An exclusive borrow of `self` in an implementation, where the trait says what the method takes.

use tokio_offload::offload;

trait Store {
    async fn load(&mut self, key: &str) -> u32;
}

struct Files;

#[offload]
impl Store for Files {
    fn load(&mut self, key: &str) -> u32 {
        key.len() as u32
    }
}

fn main() {}
