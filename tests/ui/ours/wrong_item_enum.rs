//! The attribute on what is no function.

use tokio_offload::offload;

#[offload]
enum Kind {
    One,
}

fn main() {}
