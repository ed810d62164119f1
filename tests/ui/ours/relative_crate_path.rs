//! A path to the library that depends on where it stands.

use tokio_offload::offload;

#[offload(crate = tokio_offload)]
fn load() {}

#[offload(crate = "tokio_offload")]
fn save() {}

mod vendor {
    pub extern crate tokio_offload as lib;
}

#[offload(crate = self::vendor::lib)]
fn store() {}

#[offload(crate = tokio_offload::reexported)]
fn send() {}

fn main() {}
