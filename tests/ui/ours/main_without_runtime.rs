//! A `main` that makes its runtime by itself.

#[tokio_offload::main(watch = "100ms")]
fn main() {}
