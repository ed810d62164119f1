//! Bodies that return boxed futures under names of their own.

use std::pin::Pin;
use tokio_offload::offload;

type Fut = Pin<Box<dyn Future<Output = u8> + Send>>;
type ReplyFuture<T> = Pin<Box<dyn Future<Output = Result<T, String>> + Send>>;

#[offload]
fn load() -> Fut {
    Box::pin(async { 1 })
}

#[derive(Clone)]
struct Store;

#[offload]
impl Store {
    fn get(&self, key: &str) -> ReplyFuture<String> {
        let key = key.to_owned();
        Box::pin(async { Ok(key) })
    }
}

fn main() {
    drop((load, Store::get));
}
