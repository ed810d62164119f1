//! An optional borrow that cannot be copied.

use tokio_offload::offload;

struct Handle;

#[offload]
fn load(handle: Option<&Handle>) {
    let _ = handle;
}

fn main() {}
