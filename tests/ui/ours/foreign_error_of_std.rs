//! Errors of std that no failure of a call can become.

use tokio_offload::{Workers, offload};

static IMAGES: Workers = Workers::new("images");

#[offload(catch)]
fn parse(text: &str) -> Result<u32, std::num::ParseIntError> {
    text.parse()
}

#[offload(remote = IMAGES)]
fn print() -> Result<(), core::fmt::Error> {
    Ok(())
}

#[offload(catch)]
fn good(path: &str) -> Result<String, std::io::Error> {
    std::fs::read_to_string(path)
}

fn main() {
    drop((parse, print, good));
}
