//! Nothing to be skipped: a function, a block, a method of an offloaded trait.

use tokio_offload::offload;

#[offload(skip)]
fn load() {}

struct Store;

#[offload(skip)]
impl Store {
    fn get() {}
}

#[offload(blocking = BlockingFind)]
trait Find {
    #[offload(skip)]
    fn find(&self);
}

async fn caller(find: &dyn Find) {
    load().await;
    Store::get().await;
    find.find().await;
}

fn main() {
    let _ = caller;
}
