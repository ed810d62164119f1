#![doc = include_str!("../README.md")]

mod actor;
mod asking;
mod call;
mod cluster;
mod connect;
mod counters;
mod desk;
mod failure;
mod link;
mod message;
mod names;
mod node;
mod parts;
mod release;
mod stream;

pub use asking::{NodeInfo, permissions};
pub use cluster::Cluster;
pub use connect::{Connect, ConnectError, connect, disconnect};
pub use counters::ClusterStats;
pub use node::{Node, NodeError, body::Bodies};
