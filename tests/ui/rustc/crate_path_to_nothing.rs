//! `crate` with a path at which there is nothing, and with one to another library.

use tokio_offload::offload;

#[offload(crate = ::nothing)]
fn load(name: &str, size: u8) -> u8 {
    name.len() as u8 + size
}

#[offload(crate = crate::nothing::of_ours)]
fn save(name: &str, size: u8) {
    let _ = (name, size);
}

#[offload(crate = ::std)]
fn make(size: u8) -> u8 {
    size
}

fn main() {}
