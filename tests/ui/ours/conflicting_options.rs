//! An owner, and something about where bodies run or how blocking methods are called.

use tokio_offload::offload;

static IMAGES: tokio_offload::Pool = tokio_offload::Pool::new("images");

struct Db;

#[offload(owner = DbHandle, pool = IMAGES)]
impl Db {
    pub fn load(&self) -> u8 {
        1
    }
}

struct Store;

#[offload(blocking = _blocking, owner = StoreHandle)]
impl Store {
    pub fn load(&self) -> u8 {
        1
    }
}

async fn caller(db: DbHandle, store: StoreHandle) -> u8 {
    db.load().await + store.load().await
}

fn main() {
    let _ = caller;
}
