//! Words with a value, as other options have one.

use tokio_offload::offload;

#[offload(catch = true)]
fn load() -> std::io::Result<()> {
    Ok(())
}

#[offload(catch())]
fn called() -> std::io::Result<()> {
    Ok(())
}

#[offload(catch(std::io::Error))]
fn with_error() -> std::io::Result<()> {
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
    let _ = (load, called, with_error, caller);
}
