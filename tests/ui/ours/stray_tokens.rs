//! Tokens that are not an option.

use tokio_offload::offload;

#[offload("images", blocking = load_blocking twice)]
fn load() {}

fn main() {}
