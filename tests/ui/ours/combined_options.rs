//! Every mistake in the options, and one in the function, in one build.

use tokio_offload::offload;

#[offload(pool, speed = 9, blocking = load)]
fn load(text: &mut str) {
    drop(text.len());
}

fn main() {}
