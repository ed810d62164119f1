//! Worker processes fold failures into the error of the function anyway.

use tokio_offload::{Workers, offload};

static WORKERS: Workers = Workers::new("catch");

#[offload(remote = WORKERS, catch)]
fn load() -> Result<(), tokio_offload::Error> {
    Ok(())
}

fn main() {}
