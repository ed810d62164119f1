//! A block above a macro that boxes futures, in which nothing is left to offload.

use async_trait::async_trait;
use tokio_offload::offload;

#[async_trait]
trait Store {
    async fn load(&self, name: &str) -> usize;
    async fn save(&self, name: String);
    fn name(&self) -> u8;
}

#[derive(Clone)]
struct Files;

#[offload]
#[async_trait]
impl Store for Files {
    async fn load(&self, name: &str) -> usize {
        name.len()
    }

    async fn save(&self, _: String) {}

    #[offload(skip)]
    fn name(&self) -> u8 {
        1
    }
}

#[derive(Clone)]
struct Memory;

#[offload]
#[async_trait]
impl Store for Memory {
    fn load(&self, name: &str) -> usize {
        name.len()
    }

    async fn save(&self, name: String) {
        self.load(&name).await;
    }

    #[offload(skip)]
    fn name(&self) -> u8 {
        2
    }
}

fn main() {
    drop(Files.load(""));
    drop(Memory.load(""));
}
