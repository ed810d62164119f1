//! A block with asynchronous methods beside those of a type that borrows, which stay as they are for their callers.

use tokio_offload::offload;

struct Reader<'a>(&'a [u8]);

#[offload(asynchronous = _async)]
impl<'a> Reader<'a> {
    fn first(&self) -> Option<u8> {
        self.0.first().copied()
    }

    fn sum(&self) -> Option<u8> {
        Some(self.first()? + self.second().unwrap_or_default())
    }

    fn second(&self) -> Option<u8> {
        self.0.get(1).copied()
    }
}

async fn caller(reader: &Reader<'_>) -> Option<u8> {
    Some(reader.sum()? + reader.first_async().await?)
}

fn main() {
    drop(caller(&Reader(&[1, 2])));
}
