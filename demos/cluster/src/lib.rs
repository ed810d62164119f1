//! Shared by callers and nodes: the cluster, the function that runs on it, how a node serves, and their command lines.

#![cfg(target_os = "linux")]

use std::{env, error::Error, io::Cursor, time::Duration};

use image::ImageFormat;
use tokio::signal::unix::{SignalKind, signal};
use tokio_offload::{Error as CallError, Workers, attempt, offload};
use tokio_offload_cluster::{Cluster, Connect, Node, connect};

pub use words::words;

mod words;

/// Retries are safe, because a thumbnail that is made twice is the same. Calls wait long enough to start a node first.
pub static THUMBS: Cluster = Cluster::new("thumbs")
    .retries(2)
    .in_flight(64)
    .timeout(Duration::from_secs(30))
    .wait_for_nodes(Duration::from_secs(60));

static SANDBOX: Workers = Workers::new("sandbox").processes(2).memory_limit(1 << 30);

/// The variable with the name of a node, for the output.
pub const NODE_NAME: &str = "NODE_NAME";

/// Makes a PNG no larger than `edge` in each direction from a PNG or JPEG. Also returns the number of the attempt.
///
/// # Errors
///
/// When it is no such picture, or when the call fails.
#[offload(remote = THUMBS)]
pub fn thumbnail(picture: &[u8], edge: u32) -> Result<(Vec<u8>, u32), CallError> {
    let picture = image::load_from_memory(picture).map_err(std::io::Error::other)?;
    let mut small = Cursor::new(Vec::new());
    let edge = edge.max(1);
    picture
        .thumbnail(edge, edge)
        .write_to(&mut small, ImageFormat::Png)
        .map_err(std::io::Error::other)?;
    Ok((small.into_inner(), attempt().unwrap_or(1)))
}

/// Serves until `SIGTERM` or Ctrl-C, and then finishes its calls.
///
/// # Errors
///
/// When there is no server, or when it refuses this node.
pub async fn serve() -> Result<(), Box<dyn Error>> {
    connect(Connect::from_env()).await?;
    // Only now, because until there is a server the signals end the process.
    let mut term = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let name = env::var(NODE_NAME).unwrap_or_else(|_| "node".to_owned());
    let node = Node::of(&THUMBS)
        .on(&SANDBOX)
        .label("name", name)
        .label("process", std::process::id().to_string());
    let stop = async {
        tokio::select! {
            _ = term.recv() => (),
            _ = interrupt.recv() => (),
        }
    };
    node.serve_until(stop).await?;
    Ok(())
}
