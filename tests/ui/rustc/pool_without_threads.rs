//! A pool in a `static` that could run nothing.

use tokio_offload::Pool;

static IMAGES: Pool = Pool::new("images").threads(0);

fn main() {}
