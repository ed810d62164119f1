//! A handle under the name of the type that it is about.

use tokio_offload::offload;

struct Db;

#[offload(owner = pub(crate) Db)]
impl Db {
    pub fn open() -> Self {
        Self
    }

    pub fn load(&mut self) -> u8 {
        1
    }
}

fn main() {
    drop(Db::open().load());
}
