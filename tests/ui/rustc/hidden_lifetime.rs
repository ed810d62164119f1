//! A borrow that the type does not show.

use tokio_offload::offload;

type Text<'a> = &'a str;

#[offload]
fn load(text: Text) -> usize {
    text.len()
}

fn main() {}
