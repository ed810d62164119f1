//! A pool lent for writing.

use tokio_offload::{Pool, offload};

static IMAGES: Pool = Pool::new("images");

#[offload(pool = &mut IMAGES)]
fn load() -> u8 {
    1
}

async fn caller() -> u8 {
    load().await
}

fn main() {
    drop(caller());
}
