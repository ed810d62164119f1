//! `stream` on calls that return something else than an iterator: a `Result` of one, and a collection.

use std::{
    fs::File,
    io::{self, BufRead, BufReader},
    path::Path,
};

use tokio_offload::offload;

#[offload]
fn lines(path: &Path) -> io::Result<impl Iterator<Item = io::Result<String>>> {
    Ok(BufReader::new(File::open(path)?).lines())
}

#[offload]
fn all() -> Vec<u8> {
    Vec::new()
}

fn main() {
    drop(lines(Path::new("Cargo.toml")).stream(64));
    drop(all().stream(64));
}
