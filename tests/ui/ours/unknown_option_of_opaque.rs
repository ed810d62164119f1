//! After a mistake, what returns an `impl Trait` still promises its callers to borrow nothing.

use tokio_offload::offload;

#[offload(bogus)]
fn bytes(text: &str) -> impl Iterator<Item = u8> {
    text.to_owned().into_bytes().into_iter()
}

#[offload(bogus)]
fn chars(text: &str) -> impl Iterator<Item = char> {
    text.chars()
}

#[offload(bogus)]
fn all<T: Clone>(items: &[T]) -> impl Iterator<Item = T> {
    items.to_vec().into_iter()
}

struct Store(String);

#[offload]
impl Store {
    #[offload(bogus)]
    fn words(&self) -> impl Iterator<Item = String> {
        [self.0.clone()].into_iter()
    }
}

fn main() {
    let calls = {
        let text = String::from("ab");
        (bytes(&text), chars(&text), Store(text).words())
    };
    drop(async {
        calls.0.await.count() + calls.1.await.count() + calls.2.await.count() + all(&[1]).await.count()
    });
}
