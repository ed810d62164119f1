//! What may borrow from the value, with bounds of which no trait object can be made.

use tokio_offload::offload;

#[offload(blocking = BlockingSource)]
trait Source {
    fn sized(&self) -> impl Sized;
    fn text(&self) -> impl Into<String>;
    fn copies(&self) -> Option<impl Clone + Send>;
    fn items(&self) -> impl Iterator<Item = u8> + Clone;
    fn check(&self) -> impl Fn(u8) -> bool + Copy;
    fn value(&self) -> impl PartialEq<u8> + Default;
    fn hashed(&self) -> impl Send + ?Sized + std::hash::Hash;
}

#[derive(Clone)]
struct Store;

#[offload(owner = StoreHandle)]
impl Store {
    pub fn first(&self) -> impl Ord {
        1
    }
}

async fn caller(source: impl Source) -> bool {
    let text: String = source.text().await.into();
    text.is_empty() && source.check().await(1) && source.value().await == 1
}

fn main() {}
