//! A node for a machine of its own: `NATS_URL=nats://host:4222 thumbs-node`. Start as many as there is work for.

#[cfg(target_os = "linux")]
use std::process::ExitCode;

#[cfg(target_os = "linux")]
#[tokio_offload::main]
#[tokio::main(worker_threads = 2)]
async fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    if let Err(code) = thumbs::words("thumbs-node", USAGE, 0, 0) {
        return Ok(code);
    }
    thumbs::serve().await?;
    Ok(ExitCode::SUCCESS)
}

#[cfg(target_os = "linux")]
const USAGE: &str = "\
Makes thumbnails for callers on any machine, until Ctrl-C.

usage: thumbs-node
environment:
  NATS_URL  where the server is, as nats://host:4222";

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("This node runs bodies in worker processes, which are there on Linux alone.");
}
