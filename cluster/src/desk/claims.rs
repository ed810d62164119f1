//! What nodes want and bring: claims, parts of arguments, answers.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tokio_offload_remote::{CodecError, Failure, Loss, Point};

use super::{
    call::{Action, Call, Running, State},
    state::Desk,
};
use crate::{
    counters::Count,
    failure::failure,
    message::{Given, Grant, Outcome, Start, ToNode, write},
    names,
};

/// How many calls one claim may be about.
const MOST: usize = 1024;
/// What a grant needs beside what is in it.
const AROUND: usize = 128;

/// How much longer than its node a caller waits for the end of a body that is too slow.
const BEYOND: Duration = Duration::from_millis(500);

impl Desk {
    /// A node has tickets for these calls, which it shows, and places for their bodies. `reply` is where it waits for what it may
    /// run. What finds no room in one message is not spoken of: it is claimed again.
    pub(crate) fn claim(
        &mut self,
        (node, host): (&str, &str),
        (cluster, calls): (&str, &[(u64, u64)]),
        reply: String,
        now: Instant,
    ) {
        if !names::is_token(node) || !names::is_address(&reply) {
            return;
        }
        let claimant = Claimant {
            node: Arc::from(node),
            host: Arc::from(names::shown(host)),
            told: Arc::from(&*reply),
        };
        let mut room = self.part;
        let mut grants = Vec::with_capacity(calls.len().min(MOST));
        for (id, ticket) in calls.iter().take(MOST) {
            let is_shown = self.secrets.ticket(*id) == *ticket;
            let call = self.calls.get(*id).filter(|call| {
                is_shown && call.new.cluster.name == cluster && may_have(call, &claimant)
            });
            let Some(call) = call else {
                self.refused(cluster);
                grants.push(Grant::Refused(*id));
                continue;
            };
            // The half of a message that values may not take is for what is around the first grant.
            let is_first = !grants.iter().any(|grant| matches!(grant, Grant::Given(_)));
            let around = if is_first { 0 } else { AROUND };
            let weight = around + size(&call.new.headers);
            if weight > room && !is_first {
                continue;
            }
            room = room.saturating_sub(weight);
            if let (State::Queued(queued), Some(flight)) =
                (&call.state, self.flights.get_mut(cluster))
            {
                flight.move_ticket(Some(queued.shard), None);
            }
            let secrets = &self.secrets;
            let begun = self.calls.change(*id, |call| {
                let is_new = begin(call, &claimant, now);
                let secret = secrets.grant((*id, call.attempts));
                grants.push(Grant::Given(Box::new(given(call, secret, &mut room))));
                is_new
            });
            if begun == Some(true) {
                self.begun(*id);
            }
        }
        self.send(reply, None, write(&ToNode::Grants(grants)));
    }

    /// What travels with a call has to fit into one message.
    pub(super) fn headers_too_large(&self, call: &Call) -> Option<Failure> {
        let bytes = size(&call.new.headers);
        let limit = self.part;
        (bytes > limit).then_some(Failure::TooLarge { bytes, limit })
    }

    fn refused(&self, cluster: &str) {
        if let Some(flight) = self.flights.get(cluster) {
            flight.cluster.counters.add(Count::RefusedClaims);
        }
    }

    fn begun(&mut self, id: u64) {
        if let Some(call) = self.calls.get(id) {
            let cluster = call.new.cluster;
            cluster.counters.take(Count::Queued);
            cluster.counters.add(Count::Running);
            if let (State::Running(running), Some(flight)) =
                (&call.state, self.flights.get_mut(cluster.name))
            {
                flight.comes_to(&running.node);
            }
        }
        self.actions.push(Action::Running(id, true));
    }

    /// A node wants further arguments.
    pub(crate) fn part(&mut self, (id, attempt): Start, at: u64, reply: String) {
        let bytes = self.calls.get(id).filter(|call| call.attempts == attempt);
        let bytes = bytes.and_then(|call| {
            let at = usize::try_from(at).ok()?;
            let rest = call.new.arguments.get(at..)?;
            Some(rest[..rest.len().min(self.part)].to_vec())
        });
        self.send(
            reply,
            None,
            write(&ToNode::Bytes(bytes.unwrap_or_default())),
        );
    }

    /// A body has ended. Whoever says so is told that it was heard, unless a large result is to be fetched first.
    pub(crate) fn answer(&mut self, (id, attempt): Start, outcome: Outcome, now: Instant) -> bool {
        let call = self.calls.get(id);
        let Some(call) = call.filter(|call| call.attempts == attempt) else {
            return true;
        };
        let State::Running(running) = &call.state else {
            return true;
        };
        let cluster = call.new.cluster;
        match outcome {
            Outcome::Large(total) => {
                let (bytes, limit) = (
                    usize::try_from(total).unwrap_or(usize::MAX),
                    cluster.max_message,
                );
                if bytes > limit {
                    self.finish(id, Err(Failure::TooLarge { bytes, limit }), now);
                    return true;
                }
                if !running.fetching {
                    self.actions.push(Action::Fetch {
                        id,
                        attempt,
                        node: running.node.to_string(),
                        total: bytes,
                    });
                    self.calls.change(id, Call::is_fetched);
                }
                return false;
            }
            Outcome::Done(bytes) if bytes.len() > cluster.max_message => {
                let (bytes, limit) = (bytes.len(), cluster.max_message);
                self.finish(id, Err(Failure::TooLarge { bytes, limit }), now);
            }
            Outcome::Leaving => self.lost(id, now),
            Outcome::Died(_) if call.attempts <= cluster.retries => self.again(id, now),
            outcome => {
                let at = format!("the node {} on {}", running.node, running.host);
                let end = failure(outcome, call.new.name, attempt, &at);
                self.finish(id, end, now);
            }
        }
        true
    }

    /// A node has answered in words that this version does not know.
    pub(crate) fn garbled(&mut self, (id, attempt): Start, now: Instant) {
        let running = self
            .calls
            .get(id)
            .filter(|call| call.attempts == attempt && matches!(call.state, State::Running(_)));
        if running.is_some() {
            let error =
                CodecError::new(&"the node answered in words that this version does not know");
            self.finish(id, Err(Failure::Codec(error.at(Point::DecodeResult))), now);
        }
    }

    /// A large result is there, or its node has not got it any more.
    pub(crate) fn fetched(&mut self, (id, attempt): Start, bytes: Option<Vec<u8>>, now: Instant) {
        let call = self.calls.get(id).filter(|call| call.attempts == attempt);
        let is_running = call.is_some_and(|call| matches!(call.state, State::Running(_)));
        match bytes {
            _ if !is_running => {}
            Some(bytes) => self.finish(id, Ok(bytes), now),
            None => self.lost(id, now),
        }
    }

    /// The node that has the call is gone, and the call with it, unless it may run again.
    pub(super) fn lost(&mut self, id: u64, now: Instant) {
        let Some(call) = self.calls.get(id) else {
            return;
        };
        let State::Running(running) = &call.state else {
            return;
        };
        let cluster = call.new.cluster;
        cluster.counters.add(Count::Lost);
        if call.attempts <= cluster.retries {
            return self.again(id, now);
        }
        let loss = Loss::new(
            running.node.to_string(),
            running.host.to_string(),
            call.new.name.to_owned(),
            call.attempts,
        );
        self.finish(id, Err(Failure::Lost(loss)), now);
    }

    /// Gives the call to a further node.
    fn again(&mut self, id: u64, now: Instant) {
        if let Some(call) = self.calls.get(id) {
            let cluster = call.new.cluster;
            cluster.counters.add(Count::Retried);
            cluster.counters.take(Count::Running);
            cluster.counters.add(Count::Queued);
            if let (State::Running(running), Some(flight)) =
                (&call.state, self.flights.get_mut(cluster.name))
            {
                flight.leaves(&running.node);
            }
        }
        self.actions.push(Action::Running(id, false));
        self.route(id, now);
    }
}

/// A node that has a ticket.
struct Claimant {
    node: Arc<str>,
    host: Arc<str>,
    told: Arc<str>,
}

/// How many bytes headers are.
fn size(headers: &[(String, String)]) -> usize {
    let sizes = headers
        .iter()
        .map(|(name, value)| name.len() + value.len() + 16);
    sizes.sum()
}

/// Whether the call is to be had: also once more by the node that has it, which asks because it has not heard.
fn may_have(call: &Call, claimant: &Claimant) -> bool {
    match &call.state {
        State::Routing | State::Queued(_) => true,
        State::Running(running) => running.node == claimant.node && !running.fetching,
        State::Held => false,
    }
}

/// Gives the call to the node, unless it has it.
fn begin(call: &mut Call, claimant: &Claimant, now: Instant) -> bool {
    if matches!(call.state, State::Running(_)) {
        return false;
    }
    let limit = call.new.cluster.timeout;
    call.attempts += 1;
    call.state = State::Running(Running {
        node: Arc::clone(&claimant.node),
        host: Arc::clone(&claimant.host),
        told: Arc::clone(&claimant.told),
        since: now,
        deadline: limit.and_then(|limit| now.checked_add(limit.checked_add(BEYOND)?)),
        fetching: false,
    });
    true
}

/// What its node is told, with as much of the arguments as there is room for.
fn given(call: &Call, secret: u64, room: &mut usize) -> Given {
    let arguments = &call.new.arguments;
    let first = arguments[..arguments.len().min(*room)].to_vec();
    *room -= first.len();
    Given {
        start: (call.new.id, call.attempts),
        secret,
        key: call.new.key,
        shape: call.new.shape,
        limit: call.new.cluster.timeout,
        headers: call.new.headers.clone(),
        total: arguments.len() as u64,
        first,
    }
}
