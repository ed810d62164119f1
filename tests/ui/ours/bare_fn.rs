//! `Fn(..)` without `impl` or `dyn`: said once for each, at the word, and callers cause no more.

use tokio_offload::offload;

#[offload]
fn apply(change: Fn(u8) -> u8, kept: Box<FnOnce()>) -> u8 {
    change(1)
}

#[offload]
fn adder<T: Fn(u8) -> u8>(first: T) -> Fn(u8) -> u8 {
    first
}

#[derive(Clone)]
struct Store;

#[offload]
impl Store {
    fn each(&self, visit: (u8, FnMut(u8)), last: [Fn(); 2]) {
        drop((visit, last));
    }

    fn len(&self) -> u8 {
        1
    }
}

async fn caller() -> u8 {
    apply(|n| n, Box::new(|| ())).await + Store.len().await
}

fn main() {}
