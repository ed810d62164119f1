//! A receiver that may not leave its thread, by value and behind an `Arc`.

use std::cell::Cell;
use std::sync::Arc;
use tokio_offload::offload;

#[derive(Clone)]
struct Store(Cell<*const u8>);

impl Store {
    #[offload]
    fn load(self) {
        let _ = self.0;
    }

    #[offload]
    fn save(self: Arc<Self>) {
        let _ = self;
    }
}

fn main() {}
