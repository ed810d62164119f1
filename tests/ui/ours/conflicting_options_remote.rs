//! Two places for one body.

use tokio_offload::{Pool, Workers, offload};

static DISK: Pool = Pool::new("disk").threads(1);
static IMAGES: Workers = Workers::new("images");

#[offload(pool = DISK, remote = IMAGES)]
fn load() -> Result<(), Failed> {
    Ok(())
}

struct Db;

#[offload(remote = IMAGES, owner = DbHandle)]
impl Db {
    pub fn load(&self) {}
}

struct Failed;

fn main() {}
