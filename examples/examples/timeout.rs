//! Time limits with tokio's `timeout`: a call that is still queued never runs, and a running body is asked to stop.
//!
//! `cargo run --example timeout`

use std::{
    thread,
    time::{Duration, Instant},
};

use tokio::time::timeout;
use tokio_offload::{Pool, is_cancelled, offload};

static ONE: Pool = Pool::new("one").threads(1);

/// Gives up as soon as the caller has.
#[offload(pool = ONE)]
fn slow(what: &'static str) -> &'static str {
    let start = Instant::now();
    while start.elapsed() < Duration::from_millis(300) && !is_cancelled() {
        thread::sleep(Duration::from_millis(5));
    }
    println!(
        "{what}: the body ended after {} ms or more",
        5 * (start.elapsed().as_millis() / 5)
    );
    what
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    offload_examples::arguments::none();
    let limit = Duration::from_millis(50);

    let late = timeout(limit, slow("with a limit")).await;
    println!("with a limit: {late:?}");
    ONE.idle().await;

    // While the first holds the only thread, the second waits in line, and leaves it in time.
    let first = slow("first").start();
    let second = timeout(limit, slow("second, which never starts")).await;
    println!("second: {second:?}");
    println!("{}: in time", first.await);
}
