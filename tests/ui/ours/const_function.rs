//! A `const fn`.

use tokio_offload::offload;

#[offload]
const fn load() {}

fn main() {}
