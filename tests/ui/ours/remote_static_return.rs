//! Results that point into the memory of the worker process.

use tokio_offload::{Error, Workers, offload};

static IMAGES: Workers = Workers::new("images");

#[offload(remote = IMAGES)]
fn name() -> Result<&'static str, Error> {
    Ok("a name")
}

#[offload(remote = IMAGES)]
fn names() -> Result<Vec<(u8, &'static [u8])>, Error> {
    Ok(Vec::new())
}

fn main() {
    drop((name, names));
}
