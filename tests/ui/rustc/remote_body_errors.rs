//! Mistakes of the user's own are told where they are.

use tokio_offload::{Error, Workers, offload};

static IMAGES: Workers = Workers::new("images");

#[offload(remote = IMAGES)]
fn types(page: u32) -> Result<u32, Error> {
    let text: &str = page;
    Ok(text.len())
}

#[offload(remote = IMAGES)]
fn unknown(page: Page) -> Result<u32, Error> {
    Ok(1)
}

#[offload(remote = IMAGES)]
fn twice(page: u32, page: u32) -> Result<u32, Error> {
    Ok(page)
}

fn main() {
    let _ = types("a");
}
