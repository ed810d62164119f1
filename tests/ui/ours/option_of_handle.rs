//! Options on the methods of a handle.

use std::io;
use tokio_offload::{Pool, offload};

static IMAGES: Pool = Pool::new("images");

struct Store;

#[offload(owner = StoreHandle)]
impl Store {
    #[offload(catch)]
    pub fn load(&self) -> io::Result<u8> {
        Ok(1)
    }

    #[offload(skip, catch)]
    pub fn check(&self) -> io::Result<u8> {
        Ok(1)
    }

    #[offload(pool = IMAGES)]
    pub fn count(&self) -> u8 {
        1
    }

    #[offload(cache)]
    pub fn name(&self) -> u8 {
        1
    }
}

async fn caller(store: StoreHandle) -> io::Result<u8> {
    Ok(store.load().await? + store.count().await)
}

fn main() {
    drop((caller, &IMAGES));
}
