//! Streams of what only may be an iterator.

use tokio_offload::offload;

#[offload]
fn numbers(max: &str) -> Result<impl Iterator<Item = u32>, std::num::ParseIntError> {
    Ok(0..max.parse()?)
}

#[offload]
fn some() -> Option<std::vec::IntoIter<u8>> {
    None
}

fn main() {
    let _numbers = numbers("3").stream(8);
    let _some = some().stream(8);
}
