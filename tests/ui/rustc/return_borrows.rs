//! A method by itself, whose `Self` borrows.

use tokio_offload::offload;

struct Parser<'a>(&'a str);

impl<'a> Parser<'a> {
    #[offload]
    fn empty() -> Option<Self> {
        Some(Parser(""))
    }
}

fn main() {}
