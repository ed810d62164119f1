//! An attribute that is written as `#[doc = ".."]` is: rustc refuses it.

use tokio_offload::offload;

#[offload = "IMAGES"]
fn load() -> u8 {
    1
}

async fn caller() -> u8 {
    load().await
}

fn main() {
    drop(caller());
}
