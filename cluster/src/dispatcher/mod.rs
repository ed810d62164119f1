//! The dispatcher of a caller: which nodes may run its calls.
//!
//! It puts the ticket of a call into a queue of the release that it chose. Nodes pull tickets, which the servers hand out, and claim its
//! call. The dispatcher grants the first valid claim of each attempt (`claims::may_have`).
//!
//! The dispatcher is pure. It takes events and the time, and appends actions to `self.actions`, which `link/actor` carries out. It knows no
//! client, no task and no clock, so tests can try every order of events. May import `cluster`, `counters`, `failure`, `message`, `names`
//! and `uplink`.
//!
//! What it knows:
//!
//! - `state`: everything below, and how a call enters and leaves it.
//! - `call`, `calls`: one call with its states and actions; all calls, with an index by time, by route and by node.
//! - `route`: to which release the calls of a function go.
//! - `flight`: how many calls of a cluster are in flight, in each queue and at each node.
//! - `tickets`: the tickets in one queue, and which of them are written now.
//! - `queue_streams`: the streams of the queues, as the servers described them.
//! - `health`: the last answer of each node.
//! - `rate`: how fast large arguments and results are sent.
//! - `sent`: which bytes of arguments were sent.
//! - `secrets`: what nodes must show to claim a call.
//!
//! Its rules:
//!
//! - `routes`: asks which release has a function.
//! - `queue`: chooses the queue of a call, and writes its ticket.
//! - `claims`: grants calls to nodes.
//! - `arguments`: sends what the grants lacked of the arguments.
//! - `answers`: handles what nodes say about their calls.
//! - `results`: fetches large results.
//! - `nodes`: asks whether nodes are still there.
//! - `late`: ends calls whose large arguments or results do not come, or too slowly.
//! - `timers`: limits, repetitions and questions whose time has come.
//! - `lost_tickets`: asks whether the queues still have their tickets.
//! - `messages`: writes messages.
//! - `denied`: handles what the servers refuse.
//!
//! What holds:
//!
//! - A call is given to a node once for each attempt, and to a further one only if the cluster's `retries` allow it.
//! - A ticket is only the inbox of the caller, the number of the call and a secret, so a doubled or forgotten one costs only a refused
//!   claim.
//! - Without a connection the dispatcher does not decide about nodes.
//!
//! The times and sizes in these files are choices and were not measured. On a loaded network an answer takes hundreds of milliseconds,
//! so a question is repeated after about that time, and a node counts as gone after a silence of several such times.

mod answers;
mod arguments;
mod call;
mod calls;
mod claims;
mod denied;
mod flight;
mod health;
mod late;
mod lost_tickets;
mod messages;
mod nodes;
mod queue;
mod queue_streams;
mod rate;
mod results;
mod route;
mod routes;
mod secrets;
mod sent;
mod state;
#[cfg(test)]
mod tests;
mod tickets;
mod timers;

pub(crate) use call::{Action, NewCall, Publish};
pub(crate) use queue::Ack;
pub(crate) use queue_streams::StreamInfo;
pub(crate) use route::RouteAnswer;
pub(crate) use state::Dispatcher;
