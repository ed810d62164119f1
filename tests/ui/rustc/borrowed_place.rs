//! A runtime's handle that is lent to `run_on`: the call outlives the loan.

use tokio::runtime::Handle;
use tokio_offload::{Pool, run_on};

async fn argument(handle: &Handle) -> u8 {
    run_on(handle, || 1).await
}

async fn local() -> u8 {
    let handle = Handle::current();
    let pool = Pool::new("images").threads(1);
    run_on(&pool, || 1).await + run_on(&handle, || 1).await
}

fn main() {
    drop((argument, local));
}
