//! Bodies that return futures.

use tokio_offload::offload;

#[offload]
fn load(key: u8) -> impl Future<Output = Option<u8>> + Send {
    async move { key.checked_add(1) }
}

#[offload]
fn boxed(key: u8) -> std::pin::Pin<Box<dyn Future<Output = u8> + Send>> {
    Box::pin(async move { key })
}

#[offload]
fn other_order(key: u8) -> impl Send + Future<Output = u8> {
    async move { key }
}

async fn caller() -> u8 {
    other_order(1).await + boxed(load(1).await.unwrap_or_default()).await
}

fn main() {
    drop(caller());
}
