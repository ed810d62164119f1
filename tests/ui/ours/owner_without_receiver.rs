//! A function of an owner that has nothing to do with the value.

use tokio_offload::offload;

struct Db(Vec<u8>);

#[offload(owner = DbHandle)]
impl Db {
    pub fn open() -> Self {
        Self(Vec::new())
    }

    pub fn version() -> u32 {
        7
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }
}

async fn caller() -> usize {
    DbHandle::open().await.len().await
}

fn main() {
    drop(caller());
}
