//! Two arguments of one name.

use tokio_offload::offload;

#[offload]
fn add(value: u8, (value, other): (u8, u8)) -> u8 {
    value + other
}

fn main() {}
