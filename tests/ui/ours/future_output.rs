//! Bodies that return futures.

use std::future::{Future, ready};
use std::io::{self, ErrorKind};
use std::pin::Pin;
use tokio_offload::offload;

#[offload]
fn load(key: u8) -> impl Future<Output = Option<u8>> + Send {
    async move { key.checked_add(1) }
}

#[offload]
fn boxed(key: u8) -> Pin<Box<dyn Future<Output = u8> + Send>> {
    Box::pin(async move { key })
}

#[offload]
fn other_order(key: u8) -> impl Send + Future<Output = u8> {
    async move { key }
}

#[offload]
fn generic<T: Clone + Send + 'static>(value: T, key: &str) -> impl Future<Output = io::Result<T>> + Send + use<T> {
    let known = key.parse::<u8>().is_ok();
    async move {
        ready(()).await;
        if known { Ok(value) } else { Err(ErrorKind::NotFound.into()) }
    }
}

async fn caller() -> u8 {
    let _: io::Result<u8> = generic(1, "a").await;
    other_order(1).await + boxed(load(1).await.unwrap_or_default()).await
}

fn main() {
    drop(caller());
}
