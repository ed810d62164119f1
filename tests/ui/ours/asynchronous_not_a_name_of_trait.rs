//! A text for the name of the asynchronous trait. The trait as written is still there.

use tokio_offload::offload;

#[offload(asynchronous = "AsyncStore")]
trait Store {
    fn load(&self) -> u8;
}

fn main() {
    let _ = |store: &dyn Store| store.load();
}
