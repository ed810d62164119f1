//! An owner of a value that borrows.

use tokio_offload::offload;

struct Parser<'a>(&'a str);

#[offload(owner = Handle)]
impl Parser<'_> {
    pub fn letters(&self) -> usize {
        self.0.len()
    }
}

fn main() {}
