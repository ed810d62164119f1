//! An `async fn main` that is offloaded itself, which is one mistake.

use tokio_offload::offload;

#[offload]
#[tokio::main]
async fn other() {}

fn main() {
    drop(other);
}
