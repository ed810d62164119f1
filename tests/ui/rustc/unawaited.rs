//! The result of a call that was not awaited: the compiler proposes `.await` before `?`, and the library before methods.

use std::io;

use tokio_offload::{offload, run};

#[offload]
fn load(path: &str) -> io::Result<Vec<u8>> {
    std::fs::read(path)
}

async fn unwraps() -> usize {
    load("a").unwrap().len()
}

async fn expects() -> Vec<u8> {
    load("a").expect("there is a file")
}

async fn asks() -> bool {
    load("a").outcome().is_ok() || run(|| None::<u8>).is_none()
}

async fn tries() -> io::Result<usize> {
    Ok(load("a")?.len())
}

fn main() {
    drop((unwraps(), expects(), asks(), tries()));
}
