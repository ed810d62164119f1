//! What nodes want and bring: claims, parts of arguments, answers.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tokio_offload_remote::{CodecError, Failure, Loss, Point};

use super::{Action, Call, Desk, Running, State};
use crate::{
    counters::Count,
    failure::failure,
    message::{Given, Grant, Outcome, Start, ToNode, write},
    names,
};

/// How much longer than its node a caller waits for the end of a body that is too slow.
const BEYOND: Duration = Duration::from_millis(500);

impl Desk {
    /// A node has tickets for these calls and places for their bodies. `reply` is where it waits for what it may run.
    pub(crate) fn claim(
        &mut self,
        (node, host): (&str, &str),
        (cluster, calls): (&str, &[u64]),
        reply: String,
        now: Instant,
    ) {
        if !names::is_token(node) {
            return;
        }
        let (node, host): (Arc<str>, Arc<str>) = (Arc::from(node), Arc::from(host));
        let mut room = self.part;
        let mut grants = Vec::with_capacity(calls.len());
        for id in calls {
            let grant = match self.calls.get_mut(id) {
                Some(call) => give(call, (&node, &host), &mut room, now),
                None => None,
            };
            if let Some((_, true)) = grant {
                self.begun(*id);
            }
            grants.push(if let Some((given, _)) = grant {
                Grant::Given(Box::new(given))
            } else {
                self.refused(cluster);
                Grant::Refused(*id)
            });
        }
        self.send(reply, None, write(&ToNode::Grants(grants)));
    }

    fn refused(&self, cluster: &str) {
        if let Some(flight) = self.flights.get(cluster) {
            flight.cluster.counters.add(Count::RefusedClaims);
        }
    }

    fn begun(&mut self, id: u64) {
        if let Some(call) = self.calls.get(&id) {
            let counters = &call.new.cluster.counters;
            counters.take(Count::Queued);
            counters.add(Count::Running);
        }
        self.actions.push(Action::Running(id, true));
    }

    /// A node wants further arguments.
    pub(crate) fn part(&mut self, (id, attempt): Start, at: u64, reply: String) {
        let bytes = self.calls.get(&id).filter(|call| call.attempts == attempt);
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
        let call = self.calls.get_mut(&id);
        let Some(call) = call.filter(|call| call.attempts == attempt) else {
            return true;
        };
        let State::Running(running) = &mut call.state else {
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
                    running.fetching = true;
                    running.deadline = None;
                    self.actions.push(Action::Fetch {
                        id,
                        attempt,
                        node: running.node.to_string(),
                        total: bytes,
                    });
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
            .get(&id)
            .filter(|call| call.attempts == attempt && matches!(call.state, State::Running(_)));
        if running.is_some() {
            let error =
                CodecError::new(&"the node answered in words that this version does not know");
            self.finish(id, Err(Failure::Codec(error.at(Point::DecodeResult))), now);
        }
    }

    /// A large result is there, or its node has not got it any more.
    pub(crate) fn fetched(&mut self, (id, attempt): Start, bytes: Option<Vec<u8>>, now: Instant) {
        let call = self.calls.get(&id).filter(|call| call.attempts == attempt);
        let is_running = call.is_some_and(|call| matches!(call.state, State::Running(_)));
        match bytes {
            _ if !is_running => {}
            Some(bytes) => self.finish(id, Ok(bytes), now),
            None => self.lost(id, now),
        }
    }

    /// The node that has the call is gone, and the call with it, unless it may run again.
    pub(super) fn lost(&mut self, id: u64, now: Instant) {
        let Some(call) = self.calls.get(&id) else {
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
        if let Some(call) = self.calls.get(&id) {
            let counters = &call.new.cluster.counters;
            counters.add(Count::Retried);
            counters.take(Count::Running);
            counters.add(Count::Queued);
        }
        self.actions.push(Action::Running(id, false));
        self.route(id, now);
    }
}

/// Gives the call to the node, if it is to be had: to the same one also once more, which asks because it has not heard.
fn give(
    call: &mut Call,
    (node, host): (&Arc<str>, &Arc<str>),
    room: &mut usize,
    now: Instant,
) -> Option<(Given, bool)> {
    let is_new = match &call.state {
        State::Routing | State::Queued(_) => true,
        State::Running(running) if running.node == *node && !running.fetching => false,
        State::Held | State::Running(_) => return None,
    };
    let limit = call.new.cluster.timeout;
    if is_new {
        call.attempts += 1;
        call.state = State::Running(Running {
            node: Arc::clone(node),
            host: Arc::clone(host),
            since: now,
            deadline: limit.and_then(|limit| now.checked_add(limit + BEYOND)),
            fetching: false,
        });
    }
    let arguments = &call.new.arguments;
    let first = arguments[..arguments.len().min(*room)].to_vec();
    *room -= first.len();
    let given = Given {
        start: (call.new.id, call.attempts),
        key: call.new.key,
        shape: call.new.shape,
        limit,
        headers: call.new.headers.clone(),
        total: arguments.len() as u64,
        first,
    };
    Some((given, is_new))
}
