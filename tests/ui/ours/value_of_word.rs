//! Words with a value, as other options have one.

use tokio_offload::offload;

#[offload(catch = true)]
fn load() -> std::io::Result<()> {
    Ok(())
}

struct Store;

#[offload]
impl Store {
    #[offload(skip = yes)]
    fn new() -> Self {
        Self
    }

    fn get() {}
}

async fn caller() {
    Store::get().await;
}

fn main() {
    Store::new();
    let _ = (load, caller);
}
