//! Arguments with a lifetime in their type.

use std::io::IoSlice;
use tokio_offload::offload;

#[offload]
fn read<'a>(buffer: IoSlice<'_>, words: Box<dyn Iterator<Item = u8> + 'a>) {
    drop((buffer.len(), words));
}

fn main() {}
