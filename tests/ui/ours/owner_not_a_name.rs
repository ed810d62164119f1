//! A handle without a plain name.

use tokio_offload::offload;

struct Db;

#[offload(owner = "DbHandle")]
impl Db {
    pub fn load(&self) -> u8 {
        1
    }
}

#[offload(owner = pub)]
impl Db {
    pub fn store(&self) -> u8 {
        1
    }
}

fn main() {}
