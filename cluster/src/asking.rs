//! What a cluster is asked beside calls: which nodes there are, how many calls wait, what servers have to allow.

use std::time::Duration;

use async_nats::StatusCode;
use futures_util::StreamExt;
use tokio_offload::__private::node::error;
use tokio_offload_remote::Failure;

use crate::{
    cluster::Cluster,
    link,
    message::{NodeFacts, ToCaller, ToNode, read, write},
    names, stream,
};

/// How long answers are waited for after the last one.
const QUIET: Duration = Duration::from_millis(250);

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
            id: facts.id,
            host: facts.host,
            release: facts.release,
            slots: size(facts.slots),
            busy: size(facts.busy),
            done: facts.done,
            labels: facts.labels,
        }
    }
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
    pub async fn nodes(&self) -> Result<Vec<NodeInfo>, tokio_offload::Error> {
        let link = link::current().map_err(error)?;
        let client = &link.client;
        let inbox = client.new_inbox();
        let mut answers = client
            .subscribe(inbox.clone())
            .await
            .map_err(|error| unreachable(&error))?;
        let asked =
            client.publish_with_reply(names::all(self.name), inbox, write(&ToNode::Info).into());
        asked.await.map_err(|error| unreachable(&error))?;
        let mut nodes = Vec::new();
        while let Ok(Some(message)) = tokio::time::timeout(QUIET, answers.next()).await {
            if message.status == Some(StatusCode::NO_RESPONDERS) {
                break;
            }
            if let Ok(ToCaller::Node(facts)) = read(&message.payload) {
                nodes.push(NodeInfo::from(facts));
            }
        }
        nodes.sort_by(|one, other| one.id.cmp(&other.id));
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
    pub async fn depth(&self) -> Result<u64, tokio_offload::Error> {
        let link = link::current().map_err(error)?;
        let waiting = stream::waiting(&link.client, self.name).await;
        waiting.map_err(|text| error(Failure::Unreachable(text)))
    }
}

fn unreachable(reason: &dyn std::fmt::Display) -> tokio_offload::Error {
    error(Failure::Unreachable(reason.to_string()))
}

/// What the servers have to allow callers and nodes of these clusters, as a piece of a server's configuration: for callers whose
/// inbox prefix is `callers`, and nodes whose inbox prefix is `nodes`.
///
/// Give each application a prefix of its own: who may subscribe to another one's can read what is sent to it.
///
/// ```
/// use tokio_offload_cluster::{Cluster, permissions};
///
/// static THUMBS: Cluster = Cluster::new("thumbs");
/// let text = permissions(&[&THUMBS], "_IN_APP", "_IN_NODE");
/// assert!(text.contains("offload.v1.thumbs.who"));
/// ```
pub fn permissions(clusters: &[&Cluster], callers: &str, nodes: &str) -> String {
    let list = |subjects: Vec<String>| {
        let quoted: Vec<_> = subjects
            .iter()
            .map(|subject| format!("\"{subject}\""))
            .collect();
        quoted.join(", ")
    };
    let each = |f: &dyn Fn(&str) -> Vec<String>| -> Vec<String> {
        clusters
            .iter()
            .flat_map(|cluster| f(cluster.name))
            .collect()
    };
    let mut calls = each(&|name| {
        vec![
            names::calls(name),
            names::who(name),
            names::all(name),
            names::node(name, "*"),
            format!("$JS.API.STREAM.INFO.{}", names::stream(name)),
        ]
    });
    // Results of calls that a caller's own nodes make are asked for with a question to a node.
    calls.sort();
    let mut serves = each(&|name| {
        let stream = names::stream(name);
        vec![
            format!("$JS.API.STREAM.CREATE.{stream}"),
            format!("$JS.API.STREAM.UPDATE.{stream}"),
            format!("$JS.API.CONSUMER.CREATE.{stream}.>"),
            format!("$JS.API.CONSUMER.MSG.NEXT.{stream}.>"),
            format!("$JS.ACK.{stream}.>"),
        ]
    });
    serves.push(format!("{callers}.>"));
    let heard = each(&|name| vec![names::who(name), names::all(name), names::node(name, "*")]);
    let mut subscribes = vec![format!("{nodes}.>")];
    subscribes.extend(heard);
    format!(
        "caller = {{\n  publish: {{ allow: [{}] }}\n  subscribe: {{ allow: [\"{callers}.>\"] }}\n  allow_responses: {{ max: 100000, expires: \"10m\" }}\n}}\n\
         node = {{\n  publish: {{ allow: [{}] }}\n  subscribe: {{ allow: [{}] }}\n  allow_responses: {{ max: 100000, expires: \"10m\" }}\n}}\n",
        list(calls),
        list(serves),
        list(subscribes),
    )
}
