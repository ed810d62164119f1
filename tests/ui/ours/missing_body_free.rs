//! A function without a body.

use tokio_offload::offload;

#[offload]
fn load(key: u32) -> u8;

fn main() {}
