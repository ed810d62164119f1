//! The name of an option and its value with a colon between them.

use tokio_offload::{Pool, offload};

static IMAGES: Pool = Pool::new("images");

#[offload(pool: IMAGES)]
fn load() {}

fn main() {}
