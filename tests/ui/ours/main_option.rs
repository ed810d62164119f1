//! Options that `main` does not have.

#[tokio_offload::main(pool = IMAGES, blocking = main_blocking)]
fn main() {}
