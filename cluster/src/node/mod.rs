//! The node: a process that runs bodies for a cluster.
//!
//! May import `link`, `stream`, `cluster`, `failure`, `message`, `names`, `parts`, `release` and `uplink`. Nothing but `lib.rs` imports it.
//!
//! - `builder` has the options. `place` is the interface to a place for bodies; `body` runs them on threads, `in_workers` in worker
//!   processes. `error` is why a node does not serve.
//! - `state` is the state of a node: `work` has its calls, `unconfirmed` results that were not confirmed, `unanswered` claims that were
//!   given up, and `ended_bodies` bodies that must not begin again.
//! - Its rules: `task` begins and ends the task of a node, `run` is its loop, `subscriptions` what it receives. `tickets` takes calls,
//!   `order` says of which cluster first, `grants` starts them. `answers` sends results, `results` parts of large ones. `questions`
//!   answers callers, `time` has what is due, `least_rate` says what is sent too slowly, `pause` waits while a place cannot run bodies,
//!   `denied` handles refusals of the servers.
//!
//! Times and sizes are choices and were not measured.
//!
//! What holds:
//!
//! - A body starts once for each grant, and never without one.
//! - A node serves only functions that name one of its clusters.

mod answers;
mod body;
mod builder;
mod denied;
mod ended_bodies;
mod error;
mod grants;
#[cfg(all(feature = "process", target_os = "linux"))]
mod in_workers;
mod least_rate;
mod order;
mod pause;
mod place;
mod questions;
mod results;
mod run;
mod state;
mod subscriptions;
mod task;
mod tickets;
mod time;
mod unanswered;
mod unconfirmed;
mod work;

pub use body::Bodies;
pub use builder::Node;
pub use error::NodeError;
