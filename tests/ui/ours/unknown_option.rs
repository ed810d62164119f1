//! An option with a typing mistake, and one that has no likeness.

use tokio_offload::offload;

#[offload(bloking = load_blocking, speed = 9)]
fn load() {}

fn main() {}
