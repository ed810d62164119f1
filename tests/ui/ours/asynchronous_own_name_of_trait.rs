//! The asynchronous trait under the name of the blocking one.

use tokio_offload::offload;

#[offload(asynchronous = Store)]
trait Store {
    fn load(&self) -> u8;
}

fn main() {
    let _ = |store: &dyn Store| store.load();
}
