//! A symbol that a caller in C would take for the blocking function.

use tokio_offload::offload;

#[offload]
#[unsafe(no_mangle)]
fn load() {}

#[offload]
#[unsafe(export_name = "save")]
fn save() {}

fn main() {}
