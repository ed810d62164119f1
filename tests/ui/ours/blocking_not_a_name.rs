//! A path and a string where a name must stand.

use tokio_offload::offload;

#[offload(blocking = sync::load)]
fn load() {}

#[offload(blocking = "save_blocking")]
fn save() {}

fn main() {}
