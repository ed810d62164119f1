//! One mistake each, where two rules could speak.

use tokio_offload::offload;

#[offload(blocking = BlockingStore)]
trait Store {
    fn open(path: &str) -> Self;
}

struct Rows(Vec<String>);

#[offload(owner = RowsHandle)]
impl Rows {
    pub fn new() -> Self {
        Self(Vec::new())
    }

    pub fn lines(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

fn main() {}
