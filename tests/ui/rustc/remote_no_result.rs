//! A result that is no `Result`.

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

#[offload(remote = IMAGES)]
fn render(number: u32) -> Option<u32> {
    drop(Failed);
    Some(number)
}

fn main() {}
