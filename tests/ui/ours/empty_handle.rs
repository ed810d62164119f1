//! An owner whose methods are all private.

use tokio_offload::offload;

struct Db;

#[offload(owner = DbHandle)]
impl Db {
    fn load(&self) -> u8 {
        1
    }
}

fn main() {
    Db.load();
}
