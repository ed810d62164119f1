//! An owner without a type's own methods, beside an option that an owner could not have.

use tokio_offload::offload;

#[offload(blocking = BlockingStore, owner = StoreHandle)]
trait Store {
    fn load(&self) -> u8;
}

#[offload(owner = LoadHandle, blocking = load_now)]
fn load() -> u8 {
    1
}

fn main() {
    load_now();
}
