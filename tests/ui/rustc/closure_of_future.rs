//! A closure that only makes a future: rustc warns of the future that nobody awaits.

#![deny(unused_must_use)]

async fn caller() {
    tokio_offload::run(|| async { std::fs::remove_file("x") }).await;
}

fn main() {
    drop(caller());
}
