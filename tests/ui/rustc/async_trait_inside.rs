//! On a single method of a block whose futures are boxed, the attribute cannot know of that.

use async_trait::async_trait;
use tokio_offload::offload;

#[async_trait]
trait Store {
    async fn load(&self, name: &str) -> u8;
}

#[derive(Clone)]
struct Files;

#[async_trait]
impl Store for Files {
    #[offload]
    fn load(&self, name: &str) -> u8 {
        name.len() as u8
    }
}

fn main() {
    drop(Files.load("a"));
}
