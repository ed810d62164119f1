//! A program's own `main`, which loses its `async` to no second error.

use tokio_offload::offload;

#[offload]
#[tokio::main]
async fn other() {}

fn main() {
    drop(other);
}
