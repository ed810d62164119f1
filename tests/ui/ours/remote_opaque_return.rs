//! A result whose type has no name.

use tokio_offload::{Workers, offload};

static IMAGES: Workers = Workers::new("images");

#[offload(remote = IMAGES)]
fn pages(count: u32) -> Result<impl Iterator<Item = u32>, Failed> {
    Ok(0..count)
}

#[offload(remote = IMAGES)]
fn numbers(count: u32) -> impl Iterator<Item = u32> {
    0..count
}

struct Failed;

fn main() {}
