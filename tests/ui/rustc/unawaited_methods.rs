//! The methods that programs call most on results and options, and on what is in them, where `.await` was forgotten.

use std::io;

use anyhow::Context as _;
use tokio_offload::{offload, run};

#[offload]
fn load(path: &str) -> io::Result<Vec<u8>> {
    std::fs::read(path)
}

#[offload]
fn find(key: u8) -> Option<String> {
    (key > 0).then(String::new)
}

async fn maps_the_error() -> Result<Vec<u8>, String> {
    load("a").map_err(|error| error.to_string())
}

async fn forgets_the_error() -> Option<Vec<u8>> {
    load("a").ok()
}

async fn chooses() -> String {
    find(1).unwrap_or_else(String::new) + &find(2).unwrap_or_default()
}

async fn goes_on() -> io::Result<String> {
    let text = load("a").and_then(|bytes| String::from_utf8(bytes).map_err(io::Error::other));
    find(1).as_deref().ok_or(io::ErrorKind::NotFound)?;
    text
}

async fn explains() -> anyhow::Result<Vec<u8>> {
    find(1).context("no name")?;
    load("a").with_context(|| "no file")
}

async fn counts() -> usize {
    run(|| vec![1]).len() + run(|| vec![1]).iter().count()
}

/// `Iterator` has a `map`, so the compiler lists what is missing for either.
async fn maps() -> Option<usize> {
    find(1).map(|name| name.len())
}

fn main() {
    drop((maps_the_error(), forgets_the_error(), chooses(), goes_on()));
    drop((explains(), counts(), maps()));
}
