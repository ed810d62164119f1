//! One option twice.

use tokio_offload::offload;

#[offload(blocking = load_blocking, blocking = load_sync)]
fn load() {}

fn main() {}
