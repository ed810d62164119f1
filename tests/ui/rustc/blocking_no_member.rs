//! Blocking versions of methods that implement a trait: the attribute cannot know which members the trait declares.

use tokio_offload::offload;

trait Load {
    async fn load(&self, key: &str) -> usize;

    async fn any() -> u8;
}

#[derive(Clone)]
struct Store;

impl Load for Store {
    #[offload(blocking = load_now)]
    fn load(&self, key: &str) -> usize {
        key.len()
    }

    #[offload(blocking = any_now)]
    fn any() -> u8 {
        Self::KEY
    }
}

impl Store {
    const KEY: u8 = 7;
}

fn main() {}
