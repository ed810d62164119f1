//! A pool by its name as a string.

use tokio_offload::offload;

#[offload(pool = "images")]
fn load() {}

#[offload(pool = "images".into())]
fn store() {}

fn main() {}
