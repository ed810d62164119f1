//! What lives for ever here.

use tokio_offload::{Workers, offload};

static IMAGES: Workers = Workers::new("images");

#[offload(remote = IMAGES)]
fn render(name: &'static str, size: Option<&'static [u32]>) -> Result<usize, Failed> {
    Ok(name.len() + size.map_or(0, <[u32]>::len))
}

struct Failed;

fn main() {}
