//! The attribute on what is no function.

#[tokio_offload::offload]
use std::io;

fn main() {
    drop(io::empty());
}
