//! A block that is offloaded in one way and skipped.

use tokio_offload::offload;

struct Db;

#[offload(owner = DbHandle, skip)]
impl Db {
    pub fn open() -> Self {
        Self
    }
}

#[offload(skip, catch)]
fn load() -> Result<(), tokio_offload::Error> {
    Ok(())
}

fn main() {
    drop((DbHandle::open, load));
}
