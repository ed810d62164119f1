//! Error types that cannot tell of the failure of a process.

use serde::{Deserialize, Serialize};
use tokio_offload::{Workers, offload};

static IMAGES: Workers = Workers::new("images");

#[derive(Serialize, Deserialize)]
struct Failed;

#[offload(remote = IMAGES)]
fn render(number: u32) -> Result<u32, Failed> {
    Ok(number)
}

type FileResult<T> = std::io::Result<T>;

#[offload(remote = IMAGES)]
fn render_file(number: u32) -> FileResult<u32> {
    Ok(number)
}

fn main() {}
