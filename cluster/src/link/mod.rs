//! The connection of this process, and the thread that owns it.
//!
//! May import `dispatcher`, `stream`, `cluster`, `counters`, `message`, `names` and `parts`. Knows nothing of `node`.
//!
//! `connect` has the addresses and the login. `open` opens and closes the connection and owns its thread. The rest of the process uses
//! `connection`. `actor` is the work of the thread, `command` its commands, `call` the future of one call, `progress` the state of that
//! call, `denial` a refusal of the servers.

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
