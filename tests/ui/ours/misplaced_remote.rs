//! Worker processes for the methods of a trait.

use tokio_offload::{Workers, offload};

static IMAGES: Workers = Workers::new("images");

#[offload(remote = IMAGES, blocking = BlockingRender)]
trait Render {
    fn render(&self, page: u32) -> u64;
}

struct Printer;

#[offload(remote = IMAGES)]
impl Iterate for Printer {
    fn next(page: u32) -> u64 {
        u64::from(page)
    }
}

trait Iterate {
    async fn next(page: u32) -> u64;
}

fn main() {}
