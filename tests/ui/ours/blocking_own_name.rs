//! The blocking version under the name of the asynchronous one.

use tokio_offload::offload;

#[offload(blocking = load)]
fn load() {}

fn main() {}
