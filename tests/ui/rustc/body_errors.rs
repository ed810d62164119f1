//! Mistakes in a body are reported where they are.

use tokio_offload::offload;

#[offload]
fn load(path: &str, count: u8) -> u8 {
    if count > 1 {
        return path;
    }
    missing(count)
}

fn main() {}
