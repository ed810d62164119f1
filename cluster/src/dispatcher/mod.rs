//! The dispatcher of a caller: it alone decides which node may run which call.
//!
//! The dispatcher is pure. It takes events and the time, and leaves actions. It knows no client, no task and no clock, so
//! tests can try every order of events. May import `cluster`, `counters`, `failure`, `message`, `names` and `uplink`.
//!
//! `state` is what the dispatcher knows; its parts are `call`, `calls`, `flight`, `route`, `check`, `health` and `secrets`. The other
//! files are its rules: `queue` puts a call into the queue, `routes` asks which release has a function, `claims` gives calls to
//! nodes, `arguments` sends what these lack, `answers` takes what they say of these, `results` fetches large ones, `nodes` asks whether
//! nodes are still there, `timers` acts on time, `kept` asks whether queues still have their tickets, `messages` writes messages, `denied`
//! handles what the servers refuse.
//!
//! - A call is given to a node once for each attempt, and to a further one only if the cluster's `retries` allow it.
//! - The queue holds only the number of a call and a secret, so a doubled or forgotten ticket costs only a refused claim.
//! - Without a connection the dispatcher does not decide about nodes.
//!
//! The times and sizes in these files are choices and were not measured. On a loaded network an answer takes hundreds of milliseconds,
//! so a question is repeated after about that time, and a node counts as gone after a silence of several such times.

mod answers;
mod arguments;
mod call;
mod calls;
mod check;
mod claims;
mod denied;
mod flight;
mod health;
mod kept;
mod messages;
mod nodes;
mod queue;
mod results;
mod route;
mod routes;
mod secrets;
mod state;
#[cfg(test)]
mod tests;
mod timers;

pub(crate) use call::{Action, NewCall, Publish};
pub(crate) use check::Kept;
pub(crate) use queue::Ack;
pub(crate) use state::Dispatcher;
