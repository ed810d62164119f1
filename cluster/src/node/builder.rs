//! `Node`: a process that runs bodies for a cluster, and its options.

use std::{fmt, future::Future, sync::Arc, time::Duration};

use tokio_offload_remote::{Function, table};

use super::{
    body::{Blocking, Bodies},
    error::NodeError,
    place::Place,
    state::{NodeState, Served},
    task::serve,
};
use crate::{cluster::Cluster, link, release::release};

/// A node: it runs the bodies of functions that name one of its clusters, and no others.
///
/// ```no_run
/// use tokio_offload::{Pool, offload};
/// use tokio_offload_cluster::{Cluster, Connect, Node, connect};
///
/// static SUMS: Cluster = Cluster::new("sums");
/// static CPU: Pool = Pool::new("cpu").threads(4);
///
/// #[offload(remote = SUMS)]
/// pub fn sum(numbers: &[u64]) -> Result<u64, tokio_offload::Error> {
///     Ok(numbers.iter().sum())
/// }
///
/// #[tokio::main]
/// async fn main() -> Result<(), Box<dyn std::error::Error>> {
///     connect(Connect::from_env()).await?;
///     let stop = async { drop(tokio::signal::ctrl_c().await) };
///     Node::of(&SUMS).on(&CPU).slots(4).serve_until(stop).await?;
///     Ok(())
/// }
/// ```
#[must_use = "a node does nothing before `serve_until` is awaited"]
pub struct Node {
    clusters: Vec<&'static Cluster>,
    place: Arc<dyn Place>,
    slots: Option<usize>,
    only: Option<Vec<String>>,
    labels: Vec<(String, String)>,
    manages: bool,
    grace: Duration,
}

impl Node {
    /// A node of that cluster. Bodies run on the blocking threads of the runtime, unless [`on`](Self::on) sets another place.
    ///
    /// ```
    /// # use tokio_offload_cluster::{Cluster, Node};
    /// # static THUMBS: Cluster = Cluster::new("thumbs");
    /// let node = Node::of(&THUMBS);
    /// ```
    pub fn of(cluster: &'static Cluster) -> Self {
        Self {
            clusters: vec![cluster],
            place: Arc::new(Blocking),
            slots: None,
            only: None,
            labels: Vec::new(),
            manages: true,
            grace: Duration::from_secs(30),
        }
    }

    /// Adds another cluster. The clusters share the slots of the node. While calls of the one added earlier wait, those of the later one
    /// get no slot, so name the cluster with urgent calls first.
    ///
    /// ```
    /// # use tokio_offload_cluster::{Cluster, Node};
    /// # static THUMBS: Cluster = Cluster::new("thumbs");
    /// # static SUMS: Cluster = Cluster::new("sums");
    /// let node = Node::of(&THUMBS).and(&SUMS);
    /// ```
    pub fn and(mut self, cluster: &'static Cluster) -> Self {
        self.clusters.push(cluster);
        self
    }

    /// Sets where bodies run. In `Workers` (feature `process`) each body has a process: the node can kill it, and a crash ends
    /// only that process. On a `Pool` a body can only be asked to stop, and a crash ends the node.
    ///
    /// ```
    /// # use tokio_offload_cluster::{Cluster, Node};
    /// # static THUMBS: Cluster = Cluster::new("thumbs");
    /// use tokio_offload::Pool;
    ///
    /// static CPU: Pool = Pool::new("cpu");
    ///
    /// let node = Node::of(&THUMBS).on(&CPU);
    /// ```
    pub fn on(mut self, place: impl Bodies) -> Self {
        self.place = Arc::new(place);
        self
    }

    /// How many bodies run at once. The default is the number of worker processes, of threads of the pool, or of CPUs.
    ///
    /// ```
    /// # use tokio_offload_cluster::{Cluster, Node};
    /// # static THUMBS: Cluster = Cluster::new("thumbs");
    /// let node = Node::of(&THUMBS).slots(8);
    /// ```
    ///
    /// # Panics
    ///
    /// When it is zero.
    pub fn slots(mut self, slots: usize) -> Self {
        assert!(slots > 0, "a node needs a place for bodies");
        self.slots = Some(slots);
        self
    }

    /// Serves only the functions with these names. A name is the path of a function, or the end of the path. If one of them is that of no
    /// function, or if that leaves a cluster without functions, [`serve_until`](Self::serve_until) fails.
    ///
    /// ```
    /// # use tokio_offload_cluster::{Cluster, Node};
    /// # static THUMBS: Cluster = Cluster::new("thumbs");
    /// let node = Node::of(&THUMBS).only(["images::resize", "images::crop"]);
    /// ```
    pub fn only<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.only = Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// Adds a label, such as a zone or a build, that [`Cluster::nodes`](crate::Cluster::nodes) shows.
    ///
    /// ```
    /// # use tokio_offload_cluster::{Cluster, Node};
    /// # static THUMBS: Cluster = Cluster::new("thumbs");
    /// let node = Node::of(&THUMBS).label("zone", "eu-1");
    /// ```
    pub fn label(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.labels.push((name.into(), value.into()));
        self
    }

    /// Whether the node creates the streams of its clusters and updates their settings. The default is true. Otherwise create them before
    /// the node starts, as [the guide](crate::guide::operating#a-stream-of-your-own) says: without its stream, or with one that cannot
    /// hold calls, [`serve_until`](Self::serve_until) fails. A stream that is deleted later is waited for.
    ///
    /// ```
    /// # use tokio_offload_cluster::{Cluster, Node};
    /// # static THUMBS: Cluster = Cluster::new("thumbs");
    /// let node = Node::of(&THUMBS).manage_stream(false);
    /// ```
    pub fn manage_stream(mut self, manages: bool) -> Self {
        self.manages = manages;
        self
    }

    /// How long running bodies may continue after `stop`. After that they are ended. The default is 30 seconds.
    ///
    /// ```
    /// # use tokio_offload_cluster::{Cluster, Node};
    /// # static THUMBS: Cluster = Cluster::new("thumbs");
    /// use std::time::Duration;
    ///
    /// let node = Node::of(&THUMBS).grace(Duration::from_secs(5));
    /// ```
    pub fn grace(mut self, grace: Duration) -> Self {
        self.grace = grace;
        self
    }

    /// Runs bodies until `stop` is ready. Then the node takes no further calls, waits for its running bodies at most for its
    /// [`grace`](Self::grace), and sends their results. `stop` is polled by the task that awaits this. The node itself runs on the thread
    /// of the connection, so a busy runtime does not delay it.
    ///
    /// ```no_run
    /// # use tokio_offload_cluster::{Cluster, Node};
    /// # static THUMBS: Cluster = Cluster::new("thumbs");
    /// # async fn f() -> Result<(), Box<dyn std::error::Error>> {
    /// let stop = async { drop(tokio::signal::ctrl_c().await) };
    /// Node::of(&THUMBS).serve_until(stop).await?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// When there is no connection, when the program has no function to serve, or when the server refuses the stream or its
    /// consumer. Also later, when the servers refuse something that the node needs, or refuse its login 20 times in a row after the
    /// connection was lost, which takes about eight seconds.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future ends the node at once, as if its process had died.
    pub async fn serve_until(self, stop: impl Future<Output = ()>) -> Result<(), NodeError> {
        let link = link::current().map_err(|failure| NodeError::new(&failure))?;
        let served = self.served()?;
        tokio_offload_remote::note_panics();
        let slots = self.slots.unwrap_or_else(|| self.place.slots());
        let options = (slots, self.labels, self.manages);
        let node = NodeState::new(Arc::clone(&link), (served, self.place), options);
        serve(&link, node, stop, self.grace).await
    }

    fn served(&self) -> Result<Vec<Served>, NodeError> {
        let table = table().map_err(|text| NodeError::text(text.to_owned()))?;
        let mut served = Vec::new();
        let all = |cluster: &&'static Cluster| table.of(cluster.name);
        let all: Vec<_> = self.clusters.iter().flat_map(all).collect();
        let unknown = |name: &&String| !all.iter().any(|function| is_called(function, name));
        if let Some(name) = self.only.iter().flatten().find(unknown) {
            return Err(NodeError::text(format!(
                "this program has no function `{name}`, which the node is to serve: if a library has it, name the library (`use library as \
                 _;`)"
            )));
        }
        for cluster in &self.clusters {
            let mut functions = table.of(cluster.name);
            functions.retain(|function| self.serves(function));
            if functions.is_empty() {
                return Err(NodeError::text(format!(
                    "no function of this program is to be served for the cluster `{}`: name the library that has them (`use \
                     library as _;`)",
                    cluster.name
                )));
            }
            let release = release(functions, cluster.version, cluster.shards);
            let queues = 0..cluster.shards;
            served.extend(queues.map(|shard| Served::new(cluster, shard, release.clone())));
        }
        Ok(served)
    }

    fn serves(&self, function: &Function) -> bool {
        let Some(only) = &self.only else { return true };
        only.iter().any(|name| is_called(function, name))
    }
}

/// Whether that is the path of the function, or the end of it.
fn is_called(function: &Function, name: &str) -> bool {
    let before = function.name().strip_suffix(name);
    before.is_some_and(|before| before.is_empty() || before.ends_with("::"))
}

impl fmt::Debug for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Node")
            .field("clusters", &self.clusters)
            .field("only", &self.only)
            .finish_non_exhaustive()
    }
}

#[test]
#[should_panic(expected = "a node needs a place for bodies")]
fn a_node_without_slots_is_refused() {
    static PLAIN: Cluster = Cluster::new("plain");
    drop(Node::of(&PLAIN).slots(0));
}
