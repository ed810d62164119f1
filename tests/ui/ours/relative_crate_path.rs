//! A path to the library that depends on where it stands.

use tokio_offload::offload;

#[offload(crate = tokio_offload)]
fn load() {}

#[offload(crate = "tokio_offload")]
fn save() {}

fn main() {}
