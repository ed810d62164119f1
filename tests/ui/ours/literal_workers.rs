//! Worker processes by their name as a string.

use tokio_offload::offload;

#[offload(remote = "images")]
fn load() -> Result<(), Failed> {
    Ok(())
}

struct Failed;

fn main() {}
