//! The attribute of `main` on what is no function.

#[tokio_offload::main]
struct Program;

#[tokio_offload::main]
impl Program {}

fn main() {}
