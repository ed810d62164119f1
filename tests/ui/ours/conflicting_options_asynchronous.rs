//! Names for both versions, and one for methods that are asynchronous anyway.

use tokio_offload::offload;

#[offload(asynchronous = load_async, blocking = load_blocking)]
fn load() {}

struct Db;

#[offload(owner = DbHandle, asynchronous = _async)]
impl Db {
    pub fn load(&self) -> u8 {
        1
    }
}

async fn caller(db: DbHandle) -> u8 {
    load_async().await;
    db.load().await
}

fn main() {
    load();
    drop(caller);
}
