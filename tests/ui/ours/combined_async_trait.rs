//! Mistakes in a block whose futures are boxed. Its methods are there in their promised shape.

use async_trait::async_trait;
use tokio_offload::offload;

#[async_trait]
trait Store: Sized {
    async fn clear(&mut self, all: bool) -> u8;
    async fn copy(&self, to: &mut String) -> u8;
    async fn name(&self) -> &str;
    async fn load(&self) -> u8;
}

struct Files(u8);

#[offload]
#[async_trait]
impl Store for Files {
    fn clear(&mut self, all: bool) -> u8 {
        self.0 = u8::from(all);
        self.0
    }

    fn copy(&self, to: &mut String) -> u8 {
        to.clear();
        self.0
    }

    fn name(&self) -> &str {
        "files"
    }

    #[offload]
    async fn load(&self) -> u8 {
        1
    }
}

async fn caller(mut files: Files) -> (u8, usize) {
    (files.clear(true).await, files.name().await.len())
}

fn main() {
    drop(caller(Files(1)));
}
