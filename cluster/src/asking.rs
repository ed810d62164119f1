//! What a cluster is asked beside calls: which nodes there are, and how many calls wait.

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

/// How long answers are waited for after the last one.
const QUIET: Duration = Duration::from_millis(250);
/// How long, however many come.
const LONGEST: Duration = Duration::from_secs(10);

/// A node, as it was when it was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NodeInfo {
    /// What the cluster calls it: another one each time the process starts.
    pub id: String,
    /// The machine it is on.
    pub host: String,
    /// The word that stands for its functions: nodes with the same one have the same queue.
    pub release: String,
    /// How many bodies may run there at once.
    pub slots: usize,
    /// How many places are taken.
    pub busy: usize,
    /// How many bodies have ended there.
    pub done: u64,
    /// What it was labelled with.
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
    /// The nodes that are there. Asks all of them, and waits a quarter of a second after the last answer.
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
    /// Dropping the future loses the answers that have come and changes nothing.
    pub async fn nodes(&self) -> Result<Vec<NodeInfo>, tokio_offload::Error> {
        let link = link::current().map_err(error)?;
        let client = &link.client;
        let inbox = client.new_inbox();
        let all = names::all(self.name);
        let concerns = |denial: &Denial| denial.subject == all || denial.is_below(&inbox);
        let answers = answers(client, &all, &inbox);
        let answers = link.unless_denied(concerns, answers).await;
        let mut nodes = answers.map_err(|text| error(Failure::Unreachable(text)))?;
        nodes.sort_by(|one, other| one.id.cmp(&other.id));
        nodes.dedup_by(|one, other| one.id == other.id);
        Ok(nodes)
    }

    /// How many calls of all callers wait for a node. Those that run are not among them.
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
    /// Dropping the future loses the answer and changes nothing.
    pub async fn depth(&self) -> Result<u64, tokio_offload::Error> {
        let link = link::current().map_err(error)?;
        let waiting = async {
            let mut waiting = 0;
            for shard in 0..self.shards {
                waiting += stream::waiting(&link.client, self.name, shard).await?;
            }
            Ok(waiting)
        };
        let concerns = |denial: &Denial| stream::is_about(&denial.subject, self.name);
        let waiting = link.unless_denied(concerns, waiting).await;
        waiting.map_err(|text| error(Failure::Unreachable(text)))
    }
}

/// What nodes say of themselves, until no more comes.
async fn answers(client: &Client, all: &str, inbox: &str) -> Result<Vec<NodeInfo>, String> {
    let answers = client.subscribe(inbox.to_owned()).await;
    let mut answers = answers.map_err(|error| error.to_string())?;
    let question = write(&ToNode::Info).into();
    let asked = client.publish_with_reply(all.to_owned(), inbox.to_owned(), question);
    asked.await.map_err(|error| error.to_string())?;
    let mut nodes = Vec::new();
    let until = Instant::now() + LONGEST;
    while let Ok(Some(message)) = tokio::time::timeout(QUIET, answers.next()).await {
        if message.status == Some(StatusCode::NO_RESPONDERS) || Instant::now() >= until {
            break;
        }
        if let Ok(ToCaller::Node(facts)) = read(&message.payload) {
            nodes.push(NodeInfo::from(facts));
        }
    }
    Ok(nodes)
}
