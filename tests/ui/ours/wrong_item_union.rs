//! The attribute on what is no function.

use tokio_offload::offload;

#[offload]
union Either {
    one: u8,
}

fn main() {}
