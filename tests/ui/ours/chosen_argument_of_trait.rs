//! An argument of a trait's method that may be missing.

use tokio_offload::offload;

#[offload(blocking = BlockingStore)]
trait Store {
    fn load(&self, #[cfg(unix)] mode: u32) -> u8;
}

fn main() {}
