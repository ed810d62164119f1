//! `Cluster`: the static that functions name, its options, and its queries.

use std::{sync::OnceLock, time::Duration};

use crate::{
    counters::{ClusterStats, Counters},
    names::is_token,
    release::Release,
};

mod own;
#[cfg(test)]
mod tests;

/// The most shards of a cluster. A choice: with more, nodes would send more pulls than there are calls.
pub(crate) const MOST_SHARDS: u32 = 64;

/// A named group of nodes, on any number of machines, that run the bodies of functions. Made for a `static`.
///
/// A call is not a durable job: it ends with the process of its caller. See the [front page](crate).
///
/// ```
/// use tokio_offload_cluster::Cluster;
///
/// static SUMS: Cluster = Cluster::new("sums").retries(1);
///
/// #[tokio_offload::offload(remote = SUMS)]
/// pub fn sum(a: u64, b: u64) -> Result<u64, tokio_offload::Error> { Ok(a + b) }
/// ```
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
    /// A cluster of that name. All programs that use the same name on the same servers belong to one cluster.
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

    /// How many calls of all callers may wait for a node, or began a few milliseconds ago. A further one fails with
    /// `Error::Full`. The default is 100 000. The nodes tell the server when they start.
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

    /// How long a call may wait for a node. After that it fails with `Error::QueueTimedOut`, and its body never runs. By
    /// default there is no limit.
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

    /// How long a body may run before its call fails with `Error::TimedOut`, from when a node has it. By default it has no limit.
    ///
    /// Then a node on `Workers` kills the body. On a `Pool` it is asked to stop (`is_cancelled`), and has its slot until then. Without an
    /// answer, a call fails half a second later. Large values may pause for as long, or 30 s, with a [least rate](crate::guide::operating).
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

    /// How often a call is run again after its node was lost or its worker died. Use it only for bodies that may run twice,
    /// even at the same time: a node that cannot be reached may still be running the first one. The default is 0.
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

    /// How long a call waits for a node that has its function before it fails with `Error::NoNodes` or `Error::Mismatch`: five
    /// seconds by default, without the time that there is no connection. Later calls then fail as soon as a new answer says the same.
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

    /// The largest size of the arguments of a call, and of its result, in bytes. A larger one fails with `Error::TooLarge`. The
    /// default is 64 MiB.
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

    /// How many calls of this process may be queued or running at once: any number by default. Others wait here, in order, so that
    /// one caller cannot fill the queue that all share.
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

    /// How many queues the cluster has, each its own stream. Use more when one stream cannot take all calls. The default is 1.
    ///
    /// Nodes take calls from all queues, and tell callers how many there are. For each call a caller picks two queues at random
    /// and uses the one in which fewer of its own calls wait. Each queue has an equal part of `queue_capacity`. Nodes with
    /// another number of shards have queues of their own, so roll out another number like a changed function.
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

    /// How many servers of a NATS cluster hold a copy of the queue. With three, the queue keeps working when one of them fails.
    /// With one, the default, calls wait until that server is back; those that it does not have, and all without a server, for 30 seconds.
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

    /// Lets a dropped call continue while this process lives. By default it never runs, or its body is ended.
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

    /// Sets a version. Callers call only nodes with the same version, even if names and types of functions are equal.
    ///
    /// Functions are identified by their path and the names of their types, not by the fields of those types. When you add a
    /// field to a struct that is sent, change the version: then old callers use old nodes, and new callers new nodes.
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

    /// The name that was given to `new`.
    ///
    /// ```
    /// # use tokio_offload_cluster::Cluster;
    /// static THUMBS: Cluster = Cluster::new("thumbs");
    /// assert_eq!(THUMBS.name(), "thumbs");
    /// ```
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Counters of the calls that this process has made.
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
