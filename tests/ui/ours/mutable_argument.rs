//! An argument that the caller lends to be changed.

use tokio_offload::offload;

#[offload]
fn fill(buffer: &mut Vec<u8>, text: &mut str) {
    buffer.extend(text.bytes());
}

fn main() {}
