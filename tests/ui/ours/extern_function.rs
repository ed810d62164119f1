//! A function with the calling convention of C.

use tokio_offload::offload;

#[offload]
extern "C" fn load() {}

fn main() {}
