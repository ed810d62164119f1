//! The connection of this process, and the thread that has it.
//!
//! May import `desk`, `stream`, `cluster`, `counters`, `message`, `names` and `parts`, and nothing of `node`.
//!
//! `connect` says where the servers are, `open` opens and closes the connection and is its thread, `connection` is what the rest of the
//! process uses. `actor` is what the thread does, `command` what it is told, `call` the future of one call, `progress` how far that call
//! is, `denial` what the servers refuse.

mod actor;
mod call;
mod command;
mod connect;
mod connection;
mod denial;
mod open;
mod progress;

pub use connect::{Connect, ConnectError};
pub(crate) use connection::{Link, current};
pub(crate) use denial::{Denial, denied};
pub use open::{connect, disconnect};
