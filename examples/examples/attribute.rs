//! A blocking function that callers see as an asynchronous one.
//!
//! `cargo run --example attribute`

use std::{io, path::Path};

use tokio_offload::offload;

/// Counts the lines of a file. `std::fs` blocks, so the body runs on another thread.
#[offload]
fn count_lines(path: &Path) -> io::Result<usize> {
    Ok(std::fs::read_to_string(path)?.lines().count())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    offload_examples::arguments::none();
    let manifest = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"));

    // Awaited like any async function; errors are the function's own.
    println!("awaited: {} lines", count_lines(manifest).await?);
    let missing = count_lines(Path::new("missing")).await.unwrap_err();
    println!("a missing file: {:?}", missing.kind());

    // The call owns a copy of its arguments, so it can be a task of its own.
    let task = tokio::spawn(count_lines(manifest));
    println!("as a task: {} lines", task.await.expect("no panic")?);

    // Nothing runs before the call is awaited or started. Two that are started run at the same time.
    let (one, two) = (count_lines(manifest).start(), count_lines(manifest).start());
    println!("both at once: {} lines", one.await? + two.await?);
    Ok(())
}
