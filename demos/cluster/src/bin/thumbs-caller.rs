//! A caller: `NATS_URL=nats://host:4222 thumbs-caller photo.jpg ..` writes `photo.jpg.thumb.png` beside each picture.
//!
//! It calls `thumbnail` like any async function. The attribute in the library says where that runs.

#[cfg(target_os = "linux")]
use std::process::ExitCode;

#[cfg(target_os = "linux")]
#[tokio::main(worker_threads = 2)]
async fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    use tokio_offload_cluster::{Connect, connect, disconnect};

    let files = match thumbs::words("thumbs-caller", USAGE, 1, usize::MAX) {
        Ok(files) => files,
        Err(code) => return Ok(code),
    };
    connect(Connect::from_env()).await?;
    for file in files {
        let picture = tokio_offload::run({
            let file = file.clone();
            move || std::fs::read(file)
        });
        let picture = picture.await?;
        let (small, _) = thumbs::thumbnail(&picture, 200).await?;
        let mut name = file.clone();
        name.push(".thumb.png");
        println!("{}: {} bytes", name.display(), small.len());
        tokio_offload::run(move || std::fs::write(name, small)).await?;
    }
    disconnect().await;
    Ok(ExitCode::SUCCESS)
}

#[cfg(target_os = "linux")]
const USAGE: &str = "\
Makes a thumbnail of each picture on a node, and writes it beside the picture.

usage: thumbs-caller PICTURE...
environment:
  NATS_URL  where the server is, as nats://host:4222";

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("This package is built with worker processes, which are there on Linux alone.");
}
