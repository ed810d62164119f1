//! Errors that cannot be taught to tell of a call that failed.

use tokio_offload::{Workers, offload};

static WORKERS: Workers = Workers::new("workers");

#[offload(catch)]
fn caught() -> Result<u8, i32> {
    Err(-1)
}

#[offload(remote = WORKERS)]
fn remote() -> Result<u8, &'static str> {
    Ok(1)
}

struct Store;

#[offload(catch)]
impl Store {
    fn load() -> Result<u8, ()> {
        Ok(2)
    }
}

fn main() {}
