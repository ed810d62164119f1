//! An owner without a type's own methods.

use tokio_offload::offload;

#[offload(owner = LoadHandle)]
fn load() -> u8 {
    1
}

#[offload(owner = StoreHandle)]
trait Store {
    fn load(&self) -> u8;
}

#[derive(Clone)]
struct Db;

trait Load {
    fn load(&self) -> u8;
}

#[offload(owner = DbHandle)]
impl Load for Db {
    fn load(&self) -> u8 {
        1
    }
}

async fn caller() -> u8 {
    load().await
}

fn main() {
    drop(caller());
}
