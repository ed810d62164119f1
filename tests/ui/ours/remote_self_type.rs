//! `Self` in a function that another process runs.

use tokio_offload::{Workers, offload};

static IMAGES: Workers = Workers::new("images");

struct Printer;

impl Printer {
    const PAGES: u32 = 2;

    #[offload(remote = IMAGES)]
    fn open(name: &str) -> Result<Self, Failed> {
        Err(Failed)
    }

    #[offload(remote = IMAGES)]
    fn find(name: impl AsRef<str>) -> Result<Self, Failed> {
        name.as_ref().parse::<u8>().map(|_| Printer).map_err(|_| Failed)
    }

    #[offload(remote = IMAGES)]
    fn pages() -> Result<u32, Failed> {
        Ok(Self::PAGES)
    }
}

struct Failed;

fn main() {}
