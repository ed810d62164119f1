//! Results without a place for the failure of a process.

use tokio_offload::{Workers, offload};

static IMAGES: Workers = Workers::new("images");

#[offload(remote = IMAGES)]
fn nothing(page: u32) {
    drop(page);
}

#[offload(remote = IMAGES)]
fn unit(page: u32) -> () {
    drop(page);
}

#[offload(remote = IMAGES)]
fn pair(page: u32) -> (u32, u32) {
    (page, page)
}

#[offload(remote = IMAGES)]
fn never() -> ! {
    std::process::exit(1)
}

fn main() {}
