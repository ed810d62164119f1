//! A pool without the name of the option.

use tokio_offload::{Pool, offload};

static IMAGES: Pool = Pool::new("images");

#[offload(IMAGES)]
fn load() {}

fn main() {}
