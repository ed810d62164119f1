//! Questions to a cluster: which nodes it has, and how many calls wait.

use std::time::{Duration, Instant};

use async_nats::{Client, StatusCode};
use futures_util::StreamExt;
use tokio_offload::__private::node::error;
use tokio_offload_remote::Failure;

use crate::{
    cluster::Cluster,
    link::{self, Denial},
    message::{NodeFacts, ToCaller, ToNode, read, write},
    names, stream,
};

/// How long to wait for the first answer. The connection may be slow. The times here were not measured: with less, nodes on slow
/// connections are missing in answers; with more, each query takes longer.
const FIRST: Duration = Duration::from_secs(3);
/// How long to wait for a further answer.
const QUIET: Duration = Duration::from_millis(250);
/// How long to wait in all.
const LONGEST: Duration = Duration::from_secs(10);

/// What a node said about itself when it was asked.
///
/// ```
/// # use tokio_offload_cluster::Cluster;
/// # static THUMBS: Cluster = Cluster::new("thumbs");
/// # async fn f() -> Result<(), Box<dyn std::error::Error>> {
/// let busy: usize = THUMBS.nodes().await?.iter().map(|node| node.busy).sum();
/// println!("{busy} bodies run on all nodes together");
/// # Ok(()) }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NodeInfo {
    /// The node's id. It changes each time the process starts.
    pub id: String,
    /// The name of its machine.
    pub host: String,
    /// A hash of the functions it serves, of the version and the number of shards. Nodes with the same release share a queue.
    pub release: String,
    /// How many bodies it may run at once.
    pub slots: usize,
    /// How many bodies it is running.
    pub busy: usize,
    /// How many bodies have ended on it.
    pub done: u64,
    /// Its labels: see [`Node::label`](crate::Node::label).
    pub labels: Vec<(String, String)>,
}

impl From<NodeFacts> for NodeInfo {
    fn from(facts: NodeFacts) -> Self {
        let size = |number| usize::try_from(number).unwrap_or(usize::MAX);
        Self {
            id: names::shown(&facts.id),
            host: names::shown(&facts.host),
            release: names::shown(&facts.release),
            slots: size(facts.slots),
            busy: size(facts.busy),
            done: facts.done,
            labels: shown(&facts.labels),
        }
    }
}

fn shown(labels: &[(String, String)]) -> Vec<(String, String)> {
    let shown = labels.iter().take(64);
    let shown = shown.map(|(name, value)| (names::shown(name), names::shown(value)));
    shown.collect()
}

impl Cluster {
    /// Lists the nodes that are connected. It asks all of them, and waits until no further answer has come for a quarter of a second. The
    /// first one may take three seconds. If there are no nodes, the server says so at once.
    ///
    /// ```no_run
    /// # use tokio_offload_cluster::Cluster;
    /// # static THUMBS: Cluster = Cluster::new("thumbs");
    /// # async fn f() -> Result<(), Box<dyn std::error::Error>> {
    /// for node in THUMBS.nodes().await? {
    ///     println!("{} on {}: {} of {}", node.id, node.host, node.busy, node.slots);
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// `Error::Unreachable` without a connection.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses the answers, and has no other effect.
    pub async fn nodes(&self) -> Result<Vec<NodeInfo>, tokio_offload::Error> {
        let link = link::current().map_err(error)?;
        let client = link.client.get();
        let inbox = client.new_inbox();
        let all = names::all(self.name);
        let concerns = |denial: &Denial| denial.subject == all || denial.is_below(&inbox);
        let answers = answers(&client, &all, &inbox);
        let answers = link.unless_denied(concerns, answers).await;
        let mut nodes = answers.map_err(|text| error(Failure::Unreachable(text)))?;
        nodes.sort_by(|one, other| one.id.cmp(&other.id));
        nodes.dedup_by(|one, other| one.id == other.id);
        Ok(nodes)
    }

    /// How many calls, of all callers together, wait for a node. Running calls do not count.
    ///
    /// ```no_run
    /// # use tokio_offload_cluster::Cluster;
    /// # static THUMBS: Cluster = Cluster::new("thumbs");
    /// # async fn f() -> Result<(), Box<dyn std::error::Error>> {
    /// println!("{} calls wait", THUMBS.depth().await?);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// `Error::Unreachable` without a connection, without the stream, or without the right to ask for it.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses the answer, and has no other effect.
    pub async fn depth(&self) -> Result<u64, tokio_offload::Error> {
        let link = link::current().map_err(error)?;
        let waiting = async {
            let mut waiting = 0;
            for shard in 0..self.shards {
                waiting += stream::waiting(&link.jetstream(), self.name, shard).await?;
            }
            Ok(waiting)
        };
        let concerns = |denial: &Denial| stream::is_about(&denial.subject, self.name);
        let waiting = link.unless_denied(concerns, waiting).await;
        waiting.map_err(|text| error(Failure::Unreachable(text)))
    }
}

/// Collects the answers of nodes until no further one comes.
async fn answers(client: &Client, all: &str, inbox: &str) -> Result<Vec<NodeInfo>, String> {
    let answers = client.subscribe(inbox.to_owned()).await;
    let mut answers = answers.map_err(|error| error.to_string())?;
    let question = write(&ToNode::Info).into();
    let asked = client.publish_with_reply(all.to_owned(), inbox.to_owned(), question);
    asked.await.map_err(|error| error.to_string())?;
    let mut nodes = Vec::new();
    let until = Instant::now() + LONGEST;
    let mut patience = FIRST;
    while let Ok(Some(message)) = tokio::time::timeout(patience, answers.next()).await {
        patience = QUIET;
        if message.status == Some(StatusCode::NO_RESPONDERS) || Instant::now() >= until {
            break;
        }
        if let Ok(ToCaller::Node(facts)) = read(&message.payload) {
            nodes.push(NodeInfo::from(facts));
        }
    }
    Ok(nodes)
}
