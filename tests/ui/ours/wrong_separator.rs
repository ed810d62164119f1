//! Options that a semicolon separates.

use tokio_offload::{Error, Inline, offload};

#[offload(blocking = load_now; pool = Inline; catch)]
fn load() -> Result<u8, Error> {
    Ok(1)
}

fn main() {
    drop(load_now);
}
