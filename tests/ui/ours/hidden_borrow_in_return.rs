//! A result whose lifetime is that of an argument.

use std::borrow::Cow;
use tokio_offload::offload;

#[offload]
fn trimmed(text: &str) -> Cow<'_, str> {
    text.trim().into()
}

fn main() {}
