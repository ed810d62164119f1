//! Generic parameters, which only the caller knows.

use tokio_offload::{Workers, offload};

static IMAGES: Workers = Workers::new("images");

#[offload(remote = IMAGES)]
fn largest<T: Ord>(items: Vec<T>) -> Result<Option<T>, Failed> {
    Ok(items.into_iter().max())
}

#[offload(remote = IMAGES)]
fn rows<const N: usize>(rows: [u8; N]) -> Result<usize, Failed> {
    Ok(rows.len())
}

struct Failed;

fn main() {}
