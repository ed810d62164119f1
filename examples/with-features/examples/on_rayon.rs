//! Bodies that compute, on the threads of rayon. Feature `rayon`.
//!
//! `cargo run -p with-features --example on_rayon`

use std::sync::{Arc, LazyLock};

use rayon::prelude::*;
use tokio_offload::{Rayon, offload};

/// On rayon's global pool: parallel iterators in the body use the same threads.
#[offload(pool = Rayon)]
fn sum_of_squares(numbers: Arc<[u64]>) -> u64 {
    numbers.par_iter().map(|number| number * number).sum()
}

/// A pool of its own, with two threads.
static SMALL: LazyLock<Arc<rayon::ThreadPool>> = LazyLock::new(|| {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build();
    Arc::new(pool.expect("two threads are to be had"))
});

#[offload(pool = *SMALL)]
fn threads() -> usize {
    rayon::current_num_threads()
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    offload_examples::arguments::none();
    let numbers: Arc<[u64]> = (1..=1_000_000).collect();
    println!("the sum is {}", sum_of_squares(numbers).await);
    println!("the other pool has {} threads", threads().await);
}
