//! Arguments whose type has no name.

use tokio_offload::{Workers, offload};

static IMAGES: Workers = Workers::new("images");

#[offload(remote = IMAGES)]
fn render(pages: impl Iterator<Item = u32>, names: Vec<impl ToString>) -> Result<usize, Failed> {
    Ok(pages.count() + names.len())
}

struct Failed;

fn main() {}
