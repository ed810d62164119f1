//! Two options without a comma between them.

use tokio_offload::{Error, Inline, offload};

#[offload(pool = Inline catch)]
fn load() -> Result<u8, Error> {
    Ok(1)
}

#[offload(blocking = save_now crate = ::tokio_offload)]
fn save() {}

#[tokio_offload::test(deny_blocking = "100ms" crate = ::tokio_offload)]
#[tokio::test]
async fn saves() {
    save().await;
    save_now();
}

fn main() {
    drop(load);
}
