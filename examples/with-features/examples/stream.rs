//! An iterator that blocks, read as a stream. Feature `stream`.
//!
//! `cargo run -p with-features --example stream`

use std::{
    fs::File,
    io::{self, BufRead as _, BufReader},
    iter,
    path::Path,
};

use tokio_offload::offload;
use tokio_stream::StreamExt as _;

#[offload]
fn squares() -> impl Iterator<Item = u64> {
    (1..).map(|number| {
        println!("  making {}", number * number);
        number * number
    })
}

/// Each line may block, and the file may not be there: then that is the only item.
#[offload]
fn lines(path: &Path) -> Box<dyn Iterator<Item = io::Result<String>> + Send> {
    match File::open(path) {
        Ok(file) => Box::new(BufReader::new(file).lines()),
        Err(error) => Box::new(iter::once(Err(error))),
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    offload_examples::arguments::none();
    // At most two items are made ahead of the reader. When the stream is dropped, the iterator ends.
    let mut some = squares().stream(2).take(3);
    while let Some(square) = some.next().await {
        println!("got {square}");
    }
    drop(some);

    // Up to 64 lines for each way to another thread and back.
    let mut lines = lines(Path::new("/proc/missing")).stream(64);
    while let Some(line) = lines.next().await {
        println!("a missing file: {:?}", line.map_err(|error| error.kind()));
    }
    let manifest = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"));
    let mut lines = self::lines(manifest).stream(64);
    let mut count = 0;
    while let Some(line) = lines.next().await {
        count += usize::from(line?.starts_with('['));
    }
    println!("{count} tables in the manifest");
    Ok(())
}
