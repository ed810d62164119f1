//! A closure that only makes a future, in a pool.

use std::pin::Pin;
use tokio_offload::{Pool, run_on};

static DISK: Pool = Pool::shared("disk").threads(1);

fn later() -> Pin<Box<dyn Future<Output = u8> + Send>> {
    Box::pin(async { 1 })
}

async fn caller() -> u8 {
    run_on(&DISK, later).await.await
}

fn main() {
    drop(caller());
}
