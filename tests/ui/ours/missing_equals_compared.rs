//! Other operators that begin with the one between an option and its value.

use tokio_offload::{Pool, offload};

static IMAGES: Pool = Pool::shared("images").threads(1);

#[offload(pool == IMAGES)]
fn load() {}

#[offload(pool => IMAGES, blocking = store_blocking)]
fn store() {}

fn main() {
    drop((load, store, store_blocking, &IMAGES));
}
