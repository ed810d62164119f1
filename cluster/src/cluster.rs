//! `Cluster`: the static that functions name, how it is built, and what can be asked of it.

use std::{fmt, sync::OnceLock, time::Duration};

use crate::{
    counters::{ClusterStats, Counters},
    names::is_token,
    release::Release,
};

mod own;

/// More shards than that are more pulls than calls.
pub(crate) const MOST_SHARDS: u32 = 64;

/// Nodes on any number of machines that run the bodies of functions, built by `const` methods to live in a `static`.
///
/// A call is not a durable job: it lives and dies with the process of its caller. See the [front page](crate).
pub struct Cluster {
    pub(crate) name: &'static str,
    pub(crate) version: &'static str,
    pub(crate) queue_capacity: usize,
    pub(crate) queue_timeout: Option<Duration>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) retries: u32,
    pub(crate) wait_for_nodes: Duration,
    pub(crate) max_message: usize,
    pub(crate) in_flight: usize,
    pub(crate) shards: u32,
    pub(crate) replicas: u32,
    pub(crate) detach: bool,
    pub(crate) counters: Counters,
    own: OnceLock<Release>,
}

impl Cluster {
    /// A cluster of that name: whoever uses the same name on the same servers is part of it.
    ///
    /// ```
    /// use tokio_offload_cluster::Cluster;
    ///
    /// static THUMBS: Cluster = Cluster::new("thumbs");
    /// ```
    ///
    /// # Panics
    ///
    /// When `name` is empty, longer than 64 bytes, or has anything but letters, digits, `-` and `_`; in a `static` that is a
    /// compile-time error, here and below.
    pub const fn new(name: &'static str) -> Self {
        assert!(
            is_token(name),
            "the name of a cluster has up to 64 letters, digits, `-` and `_`"
        );
        Self {
            name,
            version: "",
            queue_capacity: 100_000,
            queue_timeout: None,
            timeout: None,
            retries: 0,
            wait_for_nodes: Duration::from_secs(5),
            max_message: 64 << 20,
            in_flight: usize::MAX,
            shards: 1,
            replicas: 1,
            detach: false,
            counters: Counters::new(),
            own: OnceLock::new(),
        }
    }

    /// How many calls of all callers may wait for a node; one more fails with `Error::Full`. 100 000 unless said otherwise.
    ///
    /// The nodes tell the server when they start.
    ///
    /// ```
    /// # use tokio_offload_cluster::Cluster;
    /// static THUMBS: Cluster = Cluster::new("thumbs").queue_capacity(10_000);
    /// ```
    ///
    /// # Panics
    ///
    /// When it is zero.
    #[must_use]
    pub const fn queue_capacity(mut self, calls: usize) -> Self {
        assert!(calls > 0, "a call waits in the queue, if only for a moment");
        self.queue_capacity = calls;
        self
    }

    /// How long a call may wait for a node before it fails with `Error::QueueTimedOut`. It never runs then.
    ///
    /// ```
    /// # use tokio_offload_cluster::Cluster;
    /// use std::time::Duration;
    ///
    /// static THUMBS: Cluster = Cluster::new("thumbs").queue_timeout(Duration::from_secs(60));
    /// ```
    ///
    /// # Panics
    ///
    /// When it is zero.
    #[must_use]
    pub const fn queue_timeout(mut self, limit: Duration) -> Self {
        assert!(!limit.is_zero(), "a limit of no time would end every call");
        self.queue_timeout = Some(limit);
        self
    }

    /// How long a body may run before its call fails with `Error::TimedOut`, counted from the moment that a node gets it.
    ///
    /// A node on `Workers` kills the body then. On a `Pool` it is asked to stop (`is_cancelled`) and keeps its place until it does.
    /// The caller waits half a second longer and gives up by itself.
    ///
    /// ```
    /// # use tokio_offload_cluster::Cluster;
    /// use std::time::Duration;
    ///
    /// static THUMBS: Cluster = Cluster::new("thumbs").timeout(Duration::from_secs(30));
    /// ```
    ///
    /// # Panics
    ///
    /// When it is zero.
    #[must_use]
    pub const fn timeout(mut self, limit: Duration) -> Self {
        assert!(!limit.is_zero(), "a limit of no time would end every call");
        self.timeout = Some(limit);
        self
    }

    /// How often a call whose node was lost, or whose worker died, is given to a further one. For bodies that may run twice, and
    /// even at the same time: a node that cannot be reached may still run its own. None unless declared.
    ///
    /// ```
    /// # use tokio_offload_cluster::Cluster;
    /// static THUMBS: Cluster = Cluster::new("thumbs").retries(2);
    /// ```
    #[must_use]
    pub const fn retries(mut self, retries: u32) -> Self {
        self.retries = retries;
        self
    }

    /// How long a call waits for a node that has its function before it fails with `Error::NoNodes` or `Error::Mismatch`. Five
    /// seconds unless said otherwise. Time without a connection does not count.
    ///
    /// ```
    /// # use tokio_offload_cluster::Cluster;
    /// use std::time::Duration;
    ///
    /// static THUMBS: Cluster = Cluster::new("thumbs").wait_for_nodes(Duration::from_secs(1));
    /// ```
    #[must_use]
    pub const fn wait_for_nodes(mut self, time: Duration) -> Self {
        self.wait_for_nodes = time;
        self
    }

    /// How large arguments, or a result, may be as bytes: 64 MiB unless said otherwise. A call with more fails with
    /// `Error::TooLarge`.
    ///
    /// ```
    /// # use tokio_offload_cluster::Cluster;
    /// static THUMBS: Cluster = Cluster::new("thumbs").max_message(16 << 20);
    /// ```
    ///
    /// # Panics
    ///
    /// When it is zero.
    #[must_use]
    pub const fn max_message(mut self, bytes: usize) -> Self {
        assert!(bytes > 0, "a message needs at least one byte");
        self.max_message = bytes;
        self
    }

    /// How many calls of this process may be in the queue or at a node at once; others wait here, in order. So one caller does not
    /// fill the queue of all.
    ///
    /// ```
    /// # use tokio_offload_cluster::Cluster;
    /// static THUMBS: Cluster = Cluster::new("thumbs").in_flight(256);
    /// ```
    ///
    /// # Panics
    ///
    /// When it is zero.
    #[must_use]
    pub const fn in_flight(mut self, calls: usize) -> Self {
        assert!(calls > 0, "no call would ever be sent");
        self.in_flight = calls;
        self
    }

    /// In how many queues calls wait, each a stream of its own: for more calls a second than one stream takes. One unless said
    /// otherwise.
    ///
    /// Nodes take calls from all of them, and tell callers how many there are. A caller puts each call into one of two at random,
    /// where fewer of its own wait; `queue_capacity` is shared out evenly. Nodes of another number have queues of their own, so a
    /// change of it is rolled out as that of a function is.
    ///
    /// ```
    /// # use tokio_offload_cluster::Cluster;
    /// static THUMBS: Cluster = Cluster::new("thumbs").shards(8);
    /// ```
    ///
    /// # Panics
    ///
    /// When it is zero, or more than 64.
    #[must_use]
    pub const fn shards(mut self, queues: u32) -> Self {
        assert!(
            queues > 0 && queues <= MOST_SHARDS,
            "a cluster has 1 to 64 shards"
        );
        self.shards = queues;
        self
    }

    /// How many servers of a NATS cluster hold the queue: with three, one of them may go, and the others go on with it. One unless
    /// said otherwise: then calls wait until that server is back, and are not lost.
    ///
    /// ```
    /// # use tokio_offload_cluster::Cluster;
    /// static THUMBS: Cluster = Cluster::new("thumbs").replicas(3);
    /// ```
    ///
    /// # Panics
    ///
    /// When it is not 1, 3 or 5.
    #[must_use]
    pub const fn replicas(mut self, servers: u32) -> Self {
        assert!(
            matches!(servers, 1 | 3 | 5),
            "a queue is held by 1, 3 or 5 servers"
        );
        self.replicas = servers;
        self
    }

    /// A call that is dropped goes on, as long as this process lives. Otherwise it never runs, or its body is ended.
    ///
    /// ```
    /// # use tokio_offload_cluster::Cluster;
    /// static THUMBS: Cluster = Cluster::new("thumbs").detach_on_drop();
    /// ```
    #[must_use]
    pub const fn detach_on_drop(mut self) -> Self {
        self.detach = true;
        self
    }

    /// Callers and nodes of another version do not understand each other's functions, whatever these are called.
    ///
    /// Functions are told apart by their path and the names of their types. Not by what a struct has in it: when a field is added
    /// to one that crosses, change this, so that old callers keep to old nodes and new ones to new ones.
    ///
    /// ```
    /// # use tokio_offload_cluster::Cluster;
    /// static THUMBS: Cluster = Cluster::new("thumbs").version("2");
    /// ```
    #[must_use]
    pub const fn version(mut self, version: &'static str) -> Self {
        self.version = version;
        self
    }

    /// The name given when it was made.
    ///
    /// ```
    /// # use tokio_offload_cluster::Cluster;
    /// static THUMBS: Cluster = Cluster::new("thumbs");
    /// assert_eq!(THUMBS.name(), "thumbs");
    /// ```
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// What the calls of this process are doing and have done.
    ///
    /// ```
    /// # use tokio_offload_cluster::Cluster;
    /// static THUMBS: Cluster = Cluster::new("thumbs");
    /// assert_eq!(THUMBS.stats().done, 0);
    /// ```
    pub fn stats(&self) -> ClusterStats {
        self.counters.read()
    }
}

impl fmt::Debug for Cluster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cluster")
            .field("name", &self.name)
            .field("stats", &self.stats())
            .finish_non_exhaustive()
    }
}
