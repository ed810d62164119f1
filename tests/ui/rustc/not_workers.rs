//! Values that are not worker processes.

use tokio_offload::{Error, Pool, offload};

static NAME: &str = "images";
static DISK: Pool = Pool::new("disk").threads(1);

#[offload(remote = NAME)]
fn by_name() -> Result<(), Error> {
    Ok(())
}

#[offload(remote = DISK)]
fn by_threads() -> Result<(), Error> {
    Ok(())
}

#[offload(remote = workers)]
fn by_argument(workers: u32) -> Result<(), Error> {
    let _ = workers;
    Ok(())
}

#[offload(remote = UNKNOWN)]
fn by_unknown_name() -> Result<(), Error> {
    Ok(())
}

fn main() {}
