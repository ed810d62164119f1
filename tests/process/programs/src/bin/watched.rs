//! A program that tells what blocks its runtime, with a function that does.

use std::{thread, time::Duration};

#[inline(never)]
fn load() {
    thread::sleep(Duration::from_secs(5));
}

/// The docs stay, and so do attributes of the function.
#[tokio_offload::main(watch = "40ms", crate = ::tokio_offload)]
#[tokio::main(flavor = "current_thread")]
#[allow(
    clippy::unused_async,
    reason = "what it calls should be awaited, and is not"
)]
async fn main() -> Result<(), std::num::ParseIntError> {
    println!("begins");
    load();
    "7".parse::<u8>()?;
    Ok(())
}
