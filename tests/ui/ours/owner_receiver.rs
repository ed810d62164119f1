//! A method of an owner that takes the value away.

use tokio_offload::offload;

struct Db(Vec<u8>);

#[offload(owner = DbHandle)]
impl Db {
    pub fn open() -> Self {
        Self(Vec::new())
    }

    pub fn close(self) -> Vec<u8> {
        self.0
    }
}

async fn caller() -> usize {
    DbHandle::open().await.close().await.len()
}

fn main() {
    drop(caller());
}
