//! The attribute on what is no function.

use tokio_offload::offload;

#[offload]
trait Store {
    fn load(&self);
}

fn main() {}
