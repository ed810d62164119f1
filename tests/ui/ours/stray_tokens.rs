//! Tokens that are not an option.

use tokio_offload::{Inline, offload};

#[offload("images", blocking = load_blocking twice)]
fn load() {}

#[offload(pool = Inline as it is)]
fn save() {}

fn main() {}
