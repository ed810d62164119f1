//! An `async fn`.

use tokio_offload::offload;

#[offload]
async fn load() {
    std::future::ready(()).await
}

fn main() {}
