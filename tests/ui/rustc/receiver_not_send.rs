//! A receiver behind a reference that cannot travel.

use std::rc::Rc;
use tokio_offload::offload;

#[derive(Clone)]
struct Store;

impl Store {
    #[offload]
    fn load(self: &Rc<Self>) -> u8 {
        1
    }
}

async fn caller(store: Rc<Store>) -> u8 {
    store.load().await
}

fn main() {
    drop(caller(Rc::new(Store)));
}
