//! A name directly behind that of its option, and an option without a value before another one.

use tokio_offload::{Pool, offload};

static IMAGES: Pool = Pool::new("images");

#[offload(pool IMAGES)]
fn load() -> u8 {
    1
}

#[offload(pool crate::IMAGES, blocking store_now)]
fn store() -> u8 {
    1
}

fn main() {
    drop((load(), store(), &IMAGES));
}
