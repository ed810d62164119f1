//! The rights that callers and nodes need on the servers.

use crate::{cluster::Cluster, names};

/// The messages of a process to itself. They show that all messages before them have left.
fn to_itself(prefix: &str) -> String {
    format!("{prefix}.*.e.*")
}

/// The rights that callers and nodes of these clusters need, in the syntax of the server's configuration. `callers` and `nodes`
/// are their inbox prefixes.
///
/// Give each application its own prefix. A program that may subscribe to the prefix of another can read the messages to it.
///
/// ```
/// use tokio_offload_cluster::{Cluster, permissions};
///
/// static THUMBS: Cluster = Cluster::new("thumbs");
/// let text = permissions(&[&THUMBS], "_IN_APP", "_IN_NODE");
/// assert!(text.contains("offload.v1.thumbs.who"));
/// ```
pub fn permissions(clusters: &[&Cluster], callers: &str, nodes: &str) -> String {
    let calls = clusters.iter().flat_map(|cluster| caller(cluster));
    let calls = calls.chain([to_itself(callers)]);
    let serves = clusters.iter().flat_map(|cluster| node(cluster));
    let serves = serves.chain([to_itself(nodes), format!("{callers}.>")]);
    let hears = clusters.iter().flat_map(|cluster| {
        let name = cluster.name;
        [names::who(name), names::all(name), names::node(name, "*")]
    });
    let hears = hears.chain([format!("{nodes}.>")]);
    format!(
        "caller = {{\n  publish: {{ allow: [{}] }}\n  subscribe: {{ allow: [\"{callers}.>\"] }}\n  allow_responses: {{ max: 100000, expires: \"10m\" }}\n}}\n\
         node = {{\n  publish: {{ allow: [{}] }}\n  subscribe: {{ allow: [{}] }}\n  allow_responses: {{ max: 100000, expires: \"10m\" }}\n}}\n",
        list(calls),
        list(serves),
        list(hears),
    )
}

fn list(subjects: impl Iterator<Item = String>) -> String {
    let quoted = subjects.map(|subject| format!("\"{subject}\""));
    quoted.collect::<Vec<_>>().join(", ")
}

/// The subjects that a caller publishes to.
fn caller(cluster: &Cluster) -> Vec<String> {
    let name = cluster.name;
    let mut subjects = vec![names::who(name), names::all(name), names::node(name, "*")];
    for shard in 0..cluster.shards {
        subjects.push(names::calls(name, shard));
        subjects.push(names::info(&names::stream(name, shard)));
    }
    subjects
}

/// The subjects that a node publishes to, beside the inboxes of callers.
fn node(cluster: &Cluster) -> Vec<String> {
    let streams = (0..cluster.shards).map(|shard| names::stream(cluster.name, shard));
    let subjects = streams.flat_map(|stream| {
        [
            format!("$JS.API.STREAM.CREATE.{stream}"),
            format!("$JS.API.STREAM.UPDATE.{stream}"),
            format!("$JS.API.STREAM.MSG.GET.{stream}"),
            format!("$JS.API.STREAM.MSG.DELETE.{stream}"),
            names::info(&stream),
            format!("$JS.API.CONSUMER.CREATE.{stream}.>"),
            format!("$JS.API.CONSUMER.MSG.NEXT.{stream}.>"),
            format!("$JS.ACK.{stream}.>"),
        ]
    });
    subjects.collect()
}
