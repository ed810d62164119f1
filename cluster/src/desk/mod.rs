//! The caller's desk: who of the nodes may run which call. It alone decides that.
//!
//! Pure: it takes events and the time, and leaves actions. It knows no client, no task and no clock, so that every order of events
//! can be tried. `queue` is the way of a call into the queue, `routes` who is asked where to, `claims` what nodes want and bring,
//! `watch` what time does to all of them, `nodes` whether they are there, `saying` what is said, `denied` what the servers refuse, `secrets` what others have to show.
//!
//! - A call is given to a node once for each attempt, and to a further one only if the cluster's `retries` allow it.
//! - Nothing of a call is in the queue but its number: a doubled or forgotten ticket costs a refused claim.
//! - No verdict about nodes while there is no connection.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
    time::{Duration, Instant},
};

use tokio_offload_remote::Failure;

use crate::{
    cluster::Cluster,
    counters::Count,
    desk::{
        nodes::{MOVE, Watched},
        routes::Route,
        secrets::Secrets,
    },
};

pub(crate) mod claims;
mod denied;
mod nodes;
pub(crate) mod queue;
pub(crate) mod routes;
mod saying;
mod secrets;
#[cfg(test)]
mod tests;
pub(crate) mod watch;

/// A call as its caller makes it.
#[derive(Debug)]
pub(crate) struct NewCall {
    pub(crate) id: u64,
    pub(crate) cluster: &'static Cluster,
    pub(crate) name: &'static str,
    pub(crate) key: u64,
    pub(crate) shape: u64,
    pub(crate) arguments: Vec<u8>,
    pub(crate) headers: Vec<(String, String)>,
}

/// What is to be done.
#[derive(Debug)]
pub(crate) enum Action {
    /// To be sent, unless the connection is lost meanwhile.
    Publish(Publish),
    /// A large result is to be fetched from its node.
    Fetch {
        id: u64,
        attempt: u32,
        node: String,
        total: usize,
    },
    /// A node has the call, or has it no more.
    Running(u64, bool),
    /// The call is over.
    Finish(u64, Result<Vec<u8>, Failure>),
}

/// A message.
#[derive(Debug)]
pub(crate) struct Publish {
    pub(crate) subject: String,
    pub(crate) reply: Option<String>,
    pub(crate) traceparent: Option<String>,
    pub(crate) payload: Vec<u8>,
}

/// A call that has not ended.
#[derive(Debug)]
pub(crate) struct Call {
    new: NewCall,
    submitted: Instant,
    state: State,
    /// How often a node was given it.
    attempts: u32,
}

#[derive(Debug)]
enum State {
    /// As many as may are on their way.
    Held,
    /// Nobody knows yet where it can go.
    Routing,
    Queued(Queued),
    Running(Running),
}

/// A ticket is written, or will be.
#[derive(Debug)]
struct Queued {
    release: Arc<str>,
    /// Which of the queues.
    shard: u32,
    /// When the ticket is written if there is no word of it before.
    again: Instant,
    /// The server had room for it, once.
    accepted: bool,
}

/// A node has it.
#[derive(Debug)]
struct Running {
    node: Arc<str>,
    host: Arc<str>,
    /// Where it was told.
    told: Arc<str>,
    since: Instant,
    deadline: Option<Instant>,
    fetching: bool,
}

/// Whether there is a connection, and since when.
#[derive(Clone, Copy, Debug)]
enum Link {
    Up(Instant),
    Down(Instant),
}

/// How many calls of a cluster are on their way, and which wait here until some of them have ended.
#[derive(Debug)]
struct Flight {
    cluster: &'static Cluster,
    out: usize,
    /// In the order of their numbers, which is that of the calls. A set: many may be dropped at once.
    held: BTreeSet<u64>,
    /// How many tickets of this process wait in each queue.
    tickets: HashMap<u32, usize>,
}

/// See above.
#[derive(Debug)]
pub(crate) struct Desk {
    inbox: String,
    /// How many bytes of a value one message may carry.
    part: usize,
    calls: HashMap<u64, Call>,
    flights: HashMap<&'static str, Flight>,
    routes: HashMap<(&'static str, u64), Route>,
    /// Questions by number, to learn which route an answer is about.
    asked: HashMap<u64, (&'static str, u64)>,
    watched: HashMap<Arc<str>, Watched>,
    numbers: u64,
    secrets: Secrets,
    link: Link,
    /// How long a node that is not there may be on its way to another server.
    patience: Duration,
    /// Why this process hears nothing.
    deaf: Option<String>,
    actions: Vec<Action>,
}

impl Desk {
    /// A desk that hears in `inbox` and has a connection.
    pub(crate) fn new(inbox: String, part: usize, now: Instant) -> Self {
        Self {
            inbox,
            part,
            calls: HashMap::new(),
            flights: HashMap::new(),
            routes: HashMap::new(),
            asked: HashMap::new(),
            watched: HashMap::new(),
            numbers: 0,
            secrets: Secrets::default(),
            link: Link::Up(now),
            patience: Duration::ZERO,
            deaf: None,
            actions: Vec::new(),
        }
    }

    /// The server is one of several, or alone.
    pub(crate) fn one_of_several(&mut self, several: bool) {
        self.patience = if several { MOVE } else { Duration::ZERO };
    }

    /// What is to be done by now.
    pub(crate) fn actions(&mut self) -> Vec<Action> {
        std::mem::take(&mut self.actions)
    }

    /// Whether time means nothing to it.
    pub(crate) fn is_idle(&self) -> bool {
        self.calls.is_empty() && self.asked.is_empty()
    }

    /// A call comes in.
    pub(crate) fn submit(&mut self, new: NewCall, now: Instant) {
        let (id, cluster) = (new.id, new.cluster);
        cluster.counters.add(Count::Queued);
        let call = Call {
            new,
            submitted: now,
            state: State::Held,
            attempts: 0,
        };
        let too_large = self.headers_too_large(&call);
        self.calls.insert(id, call);
        let flight = self.flights.entry(cluster.name).or_insert_with(|| Flight {
            cluster,
            out: 0,
            held: BTreeSet::new(),
            tickets: HashMap::new(),
        });
        if flight.out < cluster.in_flight {
            flight.out += 1;
            self.route(id, now);
        } else {
            flight.held.insert(id);
        }
        let deaf = self.deaf.clone().map(Failure::Unreachable);
        if let Some(failure) = too_large.or(deaf) {
            self.finish(id, Err(failure), now);
        }
    }

    /// The caller wants it to end.
    pub(crate) fn cancel(&mut self, id: u64, now: Instant) {
        self.end_at_node(id);
        self.finish(id, Err(Failure::Cancelled), now);
    }

    /// The caller has gone.
    pub(crate) fn forget(&mut self, id: u64, now: Instant) {
        let detached = |call: &Call| call.new.cluster.detach;
        if !self.calls.get(&id).is_some_and(detached) {
            self.cancel(id, now);
        }
    }

    /// Since when there is a connection.
    fn up_since(&self) -> Option<Instant> {
        match self.link {
            Link::Up(since) => Some(since),
            Link::Down(_) => None,
        }
    }

    /// Ends a call, whatever it is doing, and sends the next one that was held back.
    fn finish(&mut self, id: u64, result: Result<Vec<u8>, Failure>, now: Instant) {
        let Some(call) = self.calls.remove(&id) else {
            return;
        };
        let counters = &call.new.cluster.counters;
        let was_running = matches!(call.state, State::Running(_));
        counters.take(if was_running {
            Count::Running
        } else {
            Count::Queued
        });
        counters.add(match &result {
            Ok(_) => Count::Done,
            Err(Failure::Cancelled) => Count::Cancelled,
            Err(_) if call.attempts > 0 => Count::Failed,
            Err(_) => Count::Refused,
        });
        self.actions.push(Action::Finish(id, result));
        let Some(flight) = self.flights.get_mut(call.new.cluster.name) else {
            return;
        };
        if let State::Queued(queued) = &call.state {
            flight.move_ticket(Some(queued.shard), None);
        }
        if matches!(call.state, State::Held) {
            flight.held.remove(&id);
            return;
        }
        if let Some(next) = flight.held.pop_first() {
            self.route(next, now);
        } else {
            flight.out -= 1;
        }
    }
}
