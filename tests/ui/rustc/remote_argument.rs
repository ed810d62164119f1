//! Arguments that are no values of serde's.

use serde::{Deserialize, Serialize};
use tokio_offload::{Error, Workers, offload};

static IMAGES: Workers = Workers::new("images");

#[derive(Serialize, Deserialize)]
struct Failed;

impl From<Error> for Failed {
    fn from(_: Error) -> Self {
        Self
    }
}

struct Page(u32);

#[offload(remote = IMAGES)]
fn render(page: Page, size: u32) -> Result<u32, Failed> {
    Ok(page.0 + size)
}

#[offload(remote = IMAGES)]
fn render_lent(page: &Page, pages: &[Page]) -> Result<u32, Failed> {
    Ok(page.0 + pages[0].0)
}

fn main() {}
