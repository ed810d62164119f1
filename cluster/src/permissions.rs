//! What servers have to allow.

use crate::{cluster::Cluster, names};

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
    let calls = clusters.iter().flat_map(|cluster| caller(cluster));
    let serves = clusters.iter().flat_map(|cluster| node(cluster));
    let serves = serves.chain([format!("{callers}.>")]);
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

/// Where a caller writes.
fn caller(cluster: &Cluster) -> Vec<String> {
    let name = cluster.name;
    let mut subjects = vec![names::who(name), names::all(name), names::node(name, "*")];
    for shard in 0..cluster.shards {
        subjects.push(names::calls(name, shard));
        let stream = names::stream(name, shard);
        subjects.push(format!("$JS.API.STREAM.INFO.{stream}"));
    }
    subjects
}

/// Where a node writes, beside the inboxes of callers.
fn node(cluster: &Cluster) -> Vec<String> {
    let streams = (0..cluster.shards).map(|shard| names::stream(cluster.name, shard));
    let subjects = streams.flat_map(|stream| {
        [
            format!("$JS.API.STREAM.CREATE.{stream}"),
            format!("$JS.API.STREAM.UPDATE.{stream}"),
            format!("$JS.API.CONSUMER.CREATE.{stream}.>"),
            format!("$JS.API.CONSUMER.MSG.NEXT.{stream}.>"),
            format!("$JS.ACK.{stream}.>"),
        ]
    });
    subjects.collect()
}
