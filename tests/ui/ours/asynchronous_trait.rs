//! The attribute on the trait, whose methods are `async`, and not on what implements it.

use async_trait::async_trait as boxed;
use tokio_offload::offload;

#[offload]
#[boxed]
trait Store {
    async fn load(&self) -> u8;
}

#[derive(Clone)]
struct Files;

#[offload]
#[boxed]
impl Store for Files {
    fn load(&self) -> u8 {
        1
    }
}

fn main() {
    drop(Files.load());
}
