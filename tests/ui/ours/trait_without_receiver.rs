//! A function of a trait without `self`.

use tokio_offload::offload;

#[offload(blocking = BlockingStore)]
trait Store {
    fn open(path: &str) -> u8;
    fn load(&self) -> u8;
}

async fn caller<S: Store>(store: S) -> u8 {
    S::open("").await + store.load().await
}

fn main() {
    let _ = caller::<std::sync::Arc<u8>>;
}

impl BlockingStore for u8 {
    fn open(path: &str) -> u8 {
        path.len() as u8
    }

    fn load(&self) -> u8 {
        *self
    }
}
