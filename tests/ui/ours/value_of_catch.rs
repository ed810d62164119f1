//! `catch` with a value, as other options have one.

use tokio_offload::offload;

#[offload(catch = true)]
fn load() -> std::io::Result<()> {
    Ok(())
}

fn main() {}
