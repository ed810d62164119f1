//! A comma too many.

use tokio_offload::{Inline, offload};

#[offload(pool = Inline,, blocking = load_now)]
fn load() {}

#[offload(, pool = Inline)]
fn save() {}

fn main() {
    drop(save);
    load_now();
}
