//! An argument of an owner's method that may be missing.

use tokio_offload::offload;

struct Db;

#[offload(owner = DbHandle)]
impl Db {
    pub fn load(&self, #[cfg(unix)] mode: u32) -> u8 {
        #[cfg(unix)]
        drop(mode);
        1
    }
}

fn main() {}
