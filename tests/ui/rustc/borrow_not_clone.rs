//! A borrowed argument that cannot be copied.

use tokio_offload::offload;

struct Handle;

#[offload]
fn load(handle: &Handle) {
    let _ = handle;
}

fn main() {}
