//! Begins a call before it is awaited, so that two of them overlap: `cargo run --release --example start`.

use std::{
    io,
    time::{Duration, Instant},
};
use tokio_offload::offload;

/// Stands for a driver or a library that has no asynchronous version.
#[offload(catch)]
fn fetch(table: &str) -> io::Result<String> {
    std::thread::sleep(Duration::from_millis(200));
    Ok(format!("rows of {table}"))
}

#[tokio::main]
async fn main() -> io::Result<()> {
    offload_examples::arguments::none();
    let begun = Instant::now();
    // A call does nothing before it is awaited: these two wait for each other.
    let orders = fetch("orders");
    let users = fetch("users");
    let (first, second) = (orders.await?, users.await?);
    println!(
        "{first}, {second}: one after the other in {:?}",
        begun.elapsed()
    );

    let begun = Instant::now();
    // From here on both run, whatever this task does meanwhile.
    let orders = fetch("orders").start();
    let users = fetch("users").start();
    let (first, second) = (orders.await?, users.await?);
    println!(
        "{first}, {second}: started, then awaited in {:?}",
        begun.elapsed()
    );
    Ok(())
}
