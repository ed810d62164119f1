//! The node: a process that runs bodies for a cluster.
//!
//! May import `link`, `stream`, `cluster`, `failure`, `message`, `names`, `parts`, `release` and `uplink`. Nothing but `lib.rs` imports it.
//!
//! `builder` has the options. `place` is the interface to a place for bodies; `body` runs them on threads, `in_workers` in worker
//! processes. `state` is the state of a node, with `work` for its calls, `unconfirmed` for results that were not confirmed,
//! `unanswered` for claims that were given up and `starts` for what must not begin again. The other files are its rules: `task` begins and
//! ends the task and `run` is it, `subscriptions` its subscriptions, `tickets` takes calls, `grants` starts them, `answers` sends their
//! results, `results` parts of large ones, `questions` answers others, `time` acts on time, `pause` on a place that cannot run bodies,
//! `denied` handles what the servers refuse. Times and sizes are choices.
//!
//! - A body starts once for each grant, and never without one.
//! - A node serves only functions that name one of its clusters.

mod answers;
mod body;
mod builder;
mod denied;
mod error;
mod grants;
#[cfg(all(feature = "process", target_os = "linux"))]
mod in_workers;
mod order;
mod pause;
mod place;
mod questions;
mod results;
mod run;
mod starts;
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
