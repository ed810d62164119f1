//! `run_on` with the closure first: each error shows the order.

use tokio_offload::{Pool, run_on};

static DISK: Pool = Pool::new("disk");

async fn count() -> usize {
    run_on(|| 1, &DISK).await
}

fn main() {
    drop(count());
}
