//! Methods in worker processes.

use tokio_offload::{Workers, offload};

static IMAGES: Workers = Workers::new("images");

struct Printer(u32);

impl Printer {
    #[offload(remote = IMAGES)]
    fn render(&self, page: u32) -> Result<u32, Failed> {
        Ok(self.0 + page)
    }

    #[offload(remote = IMAGES)]
    fn close(&mut self) -> Result<Self, Failed> {
        Err(Failed)
    }
}

struct Failed;

fn main() {}
