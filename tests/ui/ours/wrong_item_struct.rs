//! A `struct`, which stays usable.

use tokio_offload::offload;

#[offload]
struct Store {
    size: usize,
}

fn main() {
    let _ = Store { size: 1 }.size;
}
