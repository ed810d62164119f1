//! An option that other libraries have, and that is one of pools here.

use tokio_offload::offload;

#[offload(threads = 4)]
fn load() {}

#[offload(priority = high)]
fn first() {}

#[offload(share = tenant)]
fn shared(tenant: &str) {}

fn main() {}
