//! Worker processes where threads are asked for.

use tokio_offload::{Workers, offload};

static DECODERS: Workers = Workers::new("decoders");

#[offload(pool = DECODERS)]
fn load() {}

fn workers() -> &'static Workers {
    &DECODERS
}

#[offload(pool = workers())]
fn store() {}

fn main() {}
