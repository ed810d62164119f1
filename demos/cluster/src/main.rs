//! Thumbnails on many machines, all of which are this one: a server, three nodes and a caller, started by one command.
//!
//! `cargo run --release -p cluster` shows which node has how much to do, kills one of them in the middle, and tells what was lost and
//! run again. The program is its own node (`cluster node`), as it is its own worker processes.

#[cfg(target_os = "linux")]
mod broker;
#[cfg(target_os = "linux")]
mod show;
#[cfg(target_os = "linux")]
mod thumbs;

#[cfg(target_os = "linux")]
#[tokio_offload::main]
#[tokio::main(worker_threads = 2)]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    match std::env::args().nth(1).as_deref() {
        Some("node") => thumbs::node().await,
        None => show::run().await,
        Some(other) => {
            Err(format!("`{other}` means nothing here: `cluster`, or `cluster node`").into())
        }
    }
}

#[cfg(not(target_os = "linux"))]
fn main() {
    println!(
        "The nodes of this program run bodies in worker processes, which are there on Linux alone."
    );
}
