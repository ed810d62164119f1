//! The state of the dispatcher, and how a call enters and leaves it.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
    time::{Duration, Instant},
};

use tokio_offload_remote::Failure;

use super::{
    call::{Action, Call, NewCall, State},
    calls::Calls,
    flight::Flight,
    health::{MOVE, NodeHealth},
    queue_streams::QueueStreams,
    route::{Route, RouteKey},
    secrets::Secrets,
    tickets::WINDOW,
};
use crate::{counters::Count, message::Start, uplink::Uplink};

/// Whether there is a connection, and since when.
#[derive(Clone, Copy, Debug)]
pub(super) enum Connection {
    Up(Instant),
    Down(Instant),
}

/// The dispatcher of this process.
#[derive(Debug)]
pub(crate) struct Dispatcher {
    pub(super) inbox: String,
    /// How many bytes of a value one message may carry.
    pub(super) part: usize,
    pub(super) calls: Calls,
    pub(super) flights: HashMap<&'static str, Flight>,
    pub(super) routes: HashMap<RouteKey, Route>,
    /// Questions by number, to learn which route an answer is about.
    pub(super) asked: HashMap<u64, RouteKey>,
    pub(super) health: HashMap<Arc<str>, NodeHealth>,
    /// How long answers of nodes take.
    pub(super) answers_take: Duration,
    pub(super) numbers: u64,
    pub(super) secrets: Secrets,
    pub(super) link: Connection,
    /// The arguments in flight, and requests for more.
    pub(super) uplink: Uplink<Start>,
    /// When a part of a value was last sent or received, or one was about to be.
    pub(super) carried: Option<Instant>,
    /// When a part of arguments was last sent that was not sent before, and when enough bytes of a result last came.
    pub(super) part_sent: Option<Instant>,
    pub(super) part_came: Option<Instant>,
    /// The time of the last tick, or the last time at which none was due.
    pub(super) looked: Instant,
    /// Whether that tick came after a long pause.
    pub(super) slept: bool,
    /// How long a node that does not answer may be reconnecting to another server.
    pub(super) patience: Duration,
    /// How many tickets of each cluster may be unanswered.
    pub(super) window: usize,
    /// Why the last attempt to connect again failed.
    pub(super) unreached: Option<String>,
    /// Why this process receives nothing.
    pub(super) deaf: Option<String>,
    pub(super) actions: Vec<Action>,
}

impl Dispatcher {
    /// A dispatcher with a connection, whose messages arrive in `inbox`.
    pub(crate) fn new(inbox: String, part: usize, now: Instant) -> Self {
        Self {
            inbox,
            part,
            calls: Calls::default(),
            flights: HashMap::new(),
            routes: HashMap::new(),
            asked: HashMap::new(),
            health: HashMap::new(),
            answers_take: Duration::ZERO,
            numbers: 0,
            secrets: Secrets::default(),
            link: Connection::Up(now),
            uplink: Uplink::new(),
            carried: None,
            part_sent: None,
            part_came: None,
            looked: now,
            slept: false,
            patience: Duration::ZERO,
            window: WINDOW,
            unreached: None,
            deaf: None,
            actions: Vec::new(),
        }
    }

    /// Whether the server is one of several.
    pub(crate) fn one_of_several(&mut self, several: bool) {
        self.patience = if several { MOVE } else { Duration::ZERO };
    }

    /// How many bytes of a value one message may carry from now on. A server may have been restarted with another limit.
    pub(crate) const fn values_in_parts_of(&mut self, bytes: usize) {
        self.part = bytes;
    }

    /// Takes the actions that have accumulated. Calls that are held back take the places of those that have ended only now, so that none
    /// of those that end together is sent for another one.
    pub(crate) fn actions(&mut self, now: Instant) -> Vec<Action> {
        while let Some(next) = self.flights.values_mut().find_map(Flight::next_held) {
            self.route(next, now);
        }
        self.write_more(now);
        std::mem::take(&mut self.actions)
    }

    /// Whether nothing is due at any time.
    pub(crate) fn is_idle(&self) -> bool {
        self.calls.is_empty() && self.asked.is_empty()
    }

    /// A call is made.
    pub(crate) fn submit(&mut self, new: NewCall, now: Instant) {
        let (id, cluster) = (new.id, new.cluster);
        if self.is_idle() {
            self.looked = now;
        }
        cluster.counters.add(Count::Queued);
        let call = Call {
            new,
            waits_since: now,
            last: None,
            state: State::Held,
            attempts: 0,
            unable: 0,
        };
        let too_large = self.headers_too_large(&call);
        self.calls.insert(call);
        let flight = self.flights.entry(cluster.name).or_insert_with(|| Flight {
            cluster,
            out: 0,
            held: BTreeSet::new(),
            tickets: HashMap::new(),
            shards: 1,
            at_nodes: HashMap::new(),
            streams: QueueStreams::new(now),
        });
        if flight.has_place() && flight.held.is_empty() {
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

    /// The caller cancels it.
    pub(crate) fn cancel(&mut self, id: u64, now: Instant) {
        self.end_at_node(id);
        self.finish(id, Err(Failure::Cancelled), now);
    }

    /// The caller has dropped it.
    pub(crate) fn forget(&mut self, id: u64, now: Instant) {
        let detached = |call: &Call| call.new.cluster.detach;
        if !self.calls.get(id).is_some_and(detached) {
            self.cancel(id, now);
        }
    }

    /// The connection is going to be closed: every call fails, and the nodes are told to end their bodies.
    pub(crate) fn close(&mut self, now: Instant) {
        let ids = self.calls.ids();
        for id in &ids {
            self.end_at_node(*id);
        }
        for id in ids {
            self.finish(id, Err(Failure::Shutdown), now);
        }
    }

    /// When the connection was made, if there is one.
    pub(super) fn up_since(&self) -> Option<Instant> {
        match self.link {
            Connection::Up(since) => Some(since),
            Connection::Down(_) => None,
        }
    }

    /// Since when there is no connection.
    pub(super) const fn down_since(&self) -> Option<Instant> {
        match self.link {
            Connection::Up(_) => None,
            Connection::Down(since) => Some(since),
        }
    }

    /// Ends a call in any state.
    pub(super) fn finish(&mut self, id: u64, result: Result<Vec<u8>, Failure>, now: Instant) {
        self.calls.passes(now);
        let Some(mut call) = self.calls.remove(id) else {
            return;
        };
        // The error of a call that a node had does not say that it never ran.
        let last = call.last.take().filter(|_| has_not_run(&result));
        let result = last.map_or(result, Err);
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
        match &call.state {
            State::Queued(queued) => flight.leave_queue(id, queued.shard),
            State::Running(running) => flight.leaves(&running.node),
            State::Held | State::Routing => {}
        }
        if matches!(call.state, State::Held) {
            flight.held.remove(&id);
        } else {
            flight.out -= 1;
        }
    }

    /// Whether this message is from the node that was given the start.
    pub(crate) fn is_granted(&self, start: Start, secret: u64) -> bool {
        self.secrets.grant(start) == secret
    }

    /// Whether this message is from the server that received the ticket.
    pub(crate) fn is_ack(&self, call: u64, secret: u64) -> bool {
        self.secrets.ack(call) == secret
    }
}

/// Whether this is the error of a call that has found no node.
const fn has_not_run(result: &Result<Vec<u8>, Failure>) -> bool {
    matches!(
        result,
        Err(Failure::QueueTimeout(_) | Failure::NoNodes(_) | Failure::Mismatch(_) | Failure::Full)
    )
}
