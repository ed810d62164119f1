//! Tokens that are not an option.

use tokio_offload::{Inline, offload};

#[offload("images", blocking = load_blocking twice)]
fn load() {}

#[offload(pool = Inline,, blocking = save_blocking)]
fn save() {}

fn main() {}
