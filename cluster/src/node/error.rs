//! `NodeError`: why a node does not serve.

use std::{error, fmt};

use tokio_offload_remote::Failure;

/// Why a node does not serve.
///
/// ```
/// # use tokio_offload_cluster::{Cluster, Node};
/// # static THUMBS: Cluster = Cluster::new("thumbs");
/// # async fn f() {
/// if let Err(error) = Node::of(&THUMBS).serve_until(std::future::pending()).await {
///     eprintln!("the node has ended: {error}");
/// }
/// # }
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct NodeError(String);

impl NodeError {
    pub(super) fn new(failure: &Failure) -> Self {
        Self(failure.to_string())
    }

    pub(super) fn text(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Display for NodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the node cannot serve: {}", self.0)
    }
}

/// The same text, because a `main` that returns an error shows it so.
impl fmt::Debug for NodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl error::Error for NodeError {}
