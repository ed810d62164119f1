//! An `async fn main` that nobody runs.

#[tokio_offload::main]
async fn main() {}
