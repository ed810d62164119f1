//! Worker processes that are not named.

use tokio_offload::offload;

#[offload(remote)]
fn load() -> Result<(), Failed> {
    Ok(())
}

#[offload(remote =)]
fn store() -> Result<(), Failed> {
    Ok(())
}

struct Failed;

fn main() {}
