//! Which threads public types may go to and be shared with, whether they move once polled, and which may cross a caught panic.
//!
//! A line that does not compile is a promise that was broken.

use std::panic::{RefUnwindSafe, UnwindSafe};

use tokio_offload_cluster::{
    Cluster, ClusterStats, Connect, ConnectError, Node, NodeError, NodeInfo, connect, disconnect,
};

const fn is_send<T: Send>() {}
const fn is_shared<T: Send + Sync>() {}
const fn is_sent<T: Send>(_: fn() -> T) {}

/// Plain data, which is all of these.
const fn is_data<T: Send + Sync + Unpin + UnwindSafe + RefUnwindSafe + 'static>() {}

const _: () = {
    is_shared::<Cluster>();
    is_send::<Node>();
    is_data::<Connect>();
    is_data::<ConnectError>();
    is_data::<NodeError>();
    is_data::<NodeInfo>();
    is_data::<ClusterStats>();
    // What is awaited may be awaited in a task.
    is_sent(|| connect(Connect::url("nats://localhost")));
    is_sent(disconnect);
    is_sent(|| Node::of(&CLUSTER).serve_until(std::future::ready(())));
    is_sent(|| CLUSTER.nodes());
};

static CLUSTER: Cluster = Cluster::new("auto-traits");
