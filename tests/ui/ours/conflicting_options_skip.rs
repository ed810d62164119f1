//! Options of a method that is skipped.

use tokio_offload::offload;

struct Store;

#[offload(catch)]
impl Store {
    #[offload(skip, catch)]
    fn new() -> Self {
        Self
    }

    #[offload(blocking = len_blocking, skip)]
    fn len(&self) -> usize {
        1
    }

    fn load() -> std::io::Result<()> {
        Ok(())
    }
}

async fn caller() -> usize {
    Store::load().await.ok();
    Store::new().len()
}

fn main() {
    drop(caller());
}
