//! The attribute under another name on a method of a block that has it, and twice on one function.

use tokio_offload::{Pool, offload as off};

static POOL: Pool = Pool::new("pool");

struct Store;

#[off]
impl Store {
    fn one() -> u8 {
        1
    }

    #[off(pool = POOL)]
    fn two() -> u8 {
        2
    }
}

#[off]
#[off(pool = POOL)]
fn three() -> u8 {
    3
}

#[off]
#[off]
impl Store {
    fn four() -> u8 {
        4
    }

    fn five() -> u8 {
        5
    }
}

fn main() {
    let calls = async { (Store::one().await, Store::two().await, three().await, Store::four().await + Store::five().await) };
    drop(async { calls.await.0 + 1 });
}
