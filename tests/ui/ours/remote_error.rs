//! Errors that are known not to cross to a worker process.

use std::io;
use tokio_offload::{Workers, offload};

static IMAGES: Workers = Workers::new("images");

#[offload(remote = IMAGES)]
fn alias() -> io::Result<Vec<u8>> {
    Ok(Vec::new())
}

#[offload(remote = IMAGES)]
fn written() -> Result<u32, std::io::Error> {
    Ok(1)
}

#[offload(remote = IMAGES)]
fn of_anybody() -> anyhow::Result<()> {
    Ok(())
}

#[offload(remote = IMAGES)]
fn object() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    Ok(())
}

fn main() {
    drop((alias, written, of_anybody, object));
}
