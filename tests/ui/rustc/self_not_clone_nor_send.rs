//! A receiver that is neither `Clone` nor `Send`, and one without a size: one error each.

use tokio_offload::offload;

struct Raw(*const u8);

impl Raw {
    #[offload]
    fn is_null(&self) -> bool {
        self.0.is_null()
    }
}

struct Bytes([u8]);

impl Bytes {
    #[offload]
    fn len(&self) -> usize {
        self.0.len()
    }
}

fn main() {}
