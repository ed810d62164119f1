//! A result that is no value of serde's.

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
fn render(number: u32) -> Result<Page, Failed> {
    Ok(Page(number))
}

#[offload(remote = IMAGES)]
fn render_all(number: u32) -> Result<Vec<Page>, Failed> {
    Ok(vec![Page(number)])
}

fn main() {}
