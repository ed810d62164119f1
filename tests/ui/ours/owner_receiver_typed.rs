//! A method of an owner that takes the value in an `Arc`.

use tokio_offload::offload;

use std::sync::Arc;

struct Db(Vec<u8>);

#[offload(owner = DbHandle)]
impl Db {
    pub fn len(self: Arc<Self>) -> usize {
        self.0.len()
    }
}

fn main() {}
