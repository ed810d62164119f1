//! Puts calls into the queue: writes tickets, and handles the server's answers to them.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tokio_offload_remote::Failure;

use super::{
    call::{Call, NewCall, Publish, Queued, State},
    state::Dispatcher,
    timers::{AGAIN, OLD, RETRY},
};
use crate::{
    counters::Count,
    message::{Ticket, write},
    names,
};

/// How long there may be no stream that takes a call that has nodes: enough for the server that holds it to be started again.
const MISSING: Duration = Duration::from_secs(30);

/// Why that may be, if no server says so.
const NOBODY: &str = "the server that holds it is down, or it was deleted and the nodes are told not to make one, or may not";

/// The server's answer to a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Ack {
    /// The number of the ticket in its stream.
    Accepted(u64),
    Full,
    /// The stream of this cluster does not exist: no node has made it yet, or the server has lost it.
    NoStream,
    /// Not now, for this reason.
    Later(String),
    Refused(String),
}

impl Dispatcher {
    /// Puts a call into the queue, if it is known into which. Otherwise nodes are asked first.
    pub(super) fn route(&mut self, id: u64, now: Instant) {
        let Some(call) = self.calls.get(id) else {
            return;
        };
        let known = self.known_route(call.new.function(), now);
        if let Some(release) = known {
            self.enqueue(id, release, now);
        } else {
            self.calls.change(id, |call| call.state = State::Routing);
        }
    }

    /// Writes the ticket of a call for nodes of `release`.
    pub(super) fn enqueue(&mut self, id: u64, release: Arc<str>, now: Instant) {
        let Some(call) = self.calls.get(id) else {
            return;
        };
        let (cluster, route) = (call.new.cluster.name, call.new.function().route());
        let before = queued(call);
        let (accepted, missing) =
            before.map_or((None, None), |before| (before.accepted, before.missing));
        let was_written = before.is_some_and(|before| before.written && before.release == release);
        let before = before.map(|before| before.shard);
        let shards = self.routes.get(&route).map_or(1, |route| route.shards);
        let Some(flight) = self.flights.get_mut(cluster) else {
            return;
        };
        flight.shards = shards;
        let shard = match before {
            // A ticket that is written again stays in its queue.
            Some(shard) if shard < shards => shard,
            _ => flight.shorter(self.secrets.shards(id, shards)),
        };
        let is_now = flight.enter_queue(id, (before, shard), self.window);
        if is_now && was_written {
            call.new.cluster.counters.add(Count::Republished);
        }
        let publish = is_now.then(|| self.ticket(&call.new, shard, &release));
        let state = State::Queued(Queued {
            release,
            written: is_now || was_written,
            shard,
            again: is_now.then_some(now + AGAIN),
            accepted,
            missing,
        });
        self.calls.change(id, |call| call.state = state);
        if let Some(publish) = publish {
            self.publish(publish);
        }
    }

    fn ticket(&self, new: &NewCall, shard: u32, release: &str) -> Publish {
        let (id, mut headers) = (new.id, new.headers.iter());
        let traceparent = headers.find(|(name, _)| name == "traceparent");
        let name = names::function(new.name);
        Publish {
            subject: names::call(new.cluster.name, shard, release, &name),
            reply: Some(format!("{}.p.{id}.{}", self.inbox, self.secrets.ack(id))),
            traceparent: traceparent.map(|(_, value)| value.clone()),
            payload: write(&Ticket {
                inbox: self.inbox.clone(),
                call: id,
                secret: self.secrets.ticket(id),
            }),
        }
    }

    /// Writes the ticket again, because the first may be lost. If it is not, the second claim is refused.
    pub(super) fn enqueue_again(&mut self, id: u64, now: Instant) {
        if let Some(queued) = self.calls.get(id).and_then(queued) {
            self.enqueue(id, Arc::clone(&queued.release), now);
        }
    }

    /// Writes the tickets for which there is room now.
    pub(super) fn write_more(&mut self, now: Instant) {
        // When there is a connection again, all are written again.
        while self.up_since().is_some() {
            let mut flights = self.flights.values_mut();
            let Some(id) = flights.find_map(|flight| flight.next_ticket(self.window)) else {
                return;
            };
            self.enqueue_again(id, now);
        }
    }

    /// The server has answered to a ticket.
    pub(crate) fn accepted(&mut self, id: u64, ack: Ack, now: Instant) {
        let up_since = self.up_since().unwrap_or(now);
        let Some(call) = self.calls.get(id) else {
            return;
        };
        let cluster = call.new.cluster.name;
        if let (State::Queued(queued), Some(flight)) = (&call.state, self.flights.get_mut(cluster))
        {
            let tickets = flight.tickets.entry(queued.shard).or_default();
            // The answer is to an earlier ticket, of another attempt or queue. This one is written when there is room.
            if tickets.is_unwritten(id) {
                return;
            }
            tickets.settle(id);
        }
        let end = self
            .calls
            .change(id, |call| heard(call, ack, (up_since, now)));
        if let Some(Some(failure)) = end {
            self.finish(id, Err(failure), now);
        }
    }
}

/// The call in its queue, if it is in one.
const fn queued(call: &Call) -> Option<&Queued> {
    match &call.state {
        State::Queued(queued) => Some(queued),
        _ => None,
    }
}

/// Applies the server's answer to a call in the queue: the call fails, or its ticket gets another time.
fn heard(call: &mut Call, ack: Ack, (up_since, now): (Instant, Instant)) -> Option<Failure> {
    let was_given = call.attempts > 0;
    let State::Queued(queued) = &mut call.state else {
        return None;
    };
    let cluster = call.new.cluster;
    let patience = cluster.wait_for_nodes.max(MISSING);
    let again = match ack {
        Ack::Accepted(number) => {
            queued.accepted = Some((number, now));
            queued.missing = None;
            OLD
        }
        // It was accepted before, so it will be accepted again.
        Ack::Full if queued.accepted.is_some() || was_given => AGAIN,
        Ack::Full => return Some(Failure::Full),
        Ack::NoStream | Ack::Later(_)
            if queued.accepted.is_some() || is_missing_for(queued, up_since, now) < patience =>
        {
            if ack == Ack::NoStream {
                RETRY
            } else {
                AGAIN
            }
        }
        Ack::Later(why) => return Some(not_taken(cluster.name, patience, &why)),
        Ack::NoStream => return Some(not_taken(cluster.name, patience, NOBODY)),
        Ack::Refused(reason) => return Some(Failure::Unreachable(reason)),
    };
    queued.again = Some(now + again);
    None
}

fn not_taken(cluster: &str, patience: Duration, why: &str) -> Failure {
    let text = format!("no stream has taken calls of `{cluster}` for {patience:?}: {why}");
    Failure::Unreachable(text)
}

/// For how long no stream has taken a call. Streams that a server has lost are made again when nodes are connected again.
fn is_missing_for(queued: &mut Queued, up_since: Instant, now: Instant) -> Duration {
    let first = *queued.missing.get_or_insert(now);
    now.saturating_duration_since(first.max(up_since))
}
