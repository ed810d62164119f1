#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod cluster;
mod counters;
mod dispatcher;
mod failure;
pub mod guide;
mod link;
mod message;
mod names;
mod node;
mod parts;
mod permissions;
mod queries;
mod release;
mod stream;
mod uplink;

pub use cluster::Cluster;
pub use counters::ClusterStats;
pub use link::{Connect, ConnectError, connect, disconnect};
pub use node::{Bodies, Node, NodeError};
pub use permissions::permissions;
pub use queries::NodeInfo;
