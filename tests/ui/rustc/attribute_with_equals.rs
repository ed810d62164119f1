//! An attribute that is written as `#[doc = ".."]` is: rustc refuses it.

use tokio_offload::offload;

#[offload = "IMAGES"]
fn load() -> u8 {
    1
}

async fn caller() -> u8 {
    load().await
}

#[tokio_offload::test = "50ms"]
#[tokio::test]
async fn it_works() {}

#[tokio_offload::main = "100ms"]
#[tokio::main]
async fn main() {
    drop(caller());
}
