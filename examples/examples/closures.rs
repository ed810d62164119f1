//! Functions that are not yours to annotate, offloaded where they are called.
//!
//! `cargo run --example closures`

use std::{fs, io, net::ToSocketAddrs};

use tokio_offload::{Owner, Pool, run};

static CPU: Pool = Pool::new("cpu").threads(2);

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    offload_examples::arguments::none();
    // A function, or a closure that owns what it needs: on the runtime's blocking threads.
    let here = run(std::env::current_dir).await?;
    let entries = run(move || fs::read_dir(here).map(Iterator::count)).await?;
    println!("{entries} entries in this directory");

    // Resolving names blocks as well.
    let addresses = run(|| ("127.0.0.1", 80).to_socket_addrs()).await?;
    println!("addresses: {:?}", addresses.collect::<Vec<_>>());

    // On a pool.
    let sum = CPU.run(|| (1..=1_000_000_u64).sum::<u64>()).await;
    println!("the sum is {sum}");

    // On the thread that owns a value.
    let words = Owner::spawn(Vec::new).await;
    words.run(|words| words.push("one")).await;
    let count = words.run(|words| words.len()).await;
    println!("{count} word");
    Ok(())
}
