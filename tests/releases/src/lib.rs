//! What the programs of both releases do: serve, or call functions by name.

use std::error::Error;

use tokio::{
    io::{AsyncBufReadExt, BufReader, stdin},
    signal::unix::{SignalKind, signal},
};
use tokio_offload::Pool;
use tokio_offload_cluster::{Cluster, Connect, Node, connect};

static BODIES: Pool = Pool::new("bodies").threads(2);

/// As a node, serves until `SIGTERM`. As a caller, calls what each line of its input names, and writes a line with the result.
///
/// # Errors
///
/// If there is no server, if the node cannot serve, or if the argument is unknown.
pub async fn program<F>(
    shop: &'static Cluster,
    call: impl Fn(String) -> F,
) -> Result<(), Box<dyn Error>>
where
    F: Future<Output = String> + Send + 'static,
{
    let word = std::env::args().nth(1).unwrap_or_default();
    connect(Connect::from_env()).await?;
    match &*word {
        "node" => serve(shop).await,
        "caller" => listen(shop, call).await,
        _ => Err("node, or caller".into()),
    }
}

async fn serve(shop: &'static Cluster) -> Result<(), Box<dyn Error>> {
    let mut term = signal(SignalKind::terminate())?;
    let signalled = async {
        term.recv().await;
    };
    Node::of(shop).on(&BODIES).serve_until(signalled).await?;
    Ok(())
}

/// `nodes` prints the number of nodes, `many` begins a hundred calls, and `all` prints how many of them failed.
async fn listen<F>(shop: &'static Cluster, call: impl Fn(String) -> F) -> Result<(), Box<dyn Error>>
where
    F: Future<Output = String> + Send + 'static,
{
    let mut lines = BufReader::new(stdin()).lines();
    let mut begun = Vec::new();
    while let Some(line) = lines.next_line().await? {
        let text = match &*line {
            "nodes" => shop.nodes().await?.len().to_string(),
            "many" => {
                begun.extend((0..100).map(|_| tokio::spawn(call("release".to_owned()))));
                begun.len().to_string()
            }
            "all" => {
                let mut failed = 0;
                for call in begun.drain(..) {
                    failed += u32::from(!call.await?.starts_with("Ok("));
                }
                failed.to_string()
            }
            _ => call(line).await,
        };
        println!("{text}");
    }
    Ok(())
}
