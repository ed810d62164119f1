//! Handles the claims of nodes, and answers them with grants.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tokio_offload::__private::node::ATTEMPT;
use tokio_offload_remote::Failure;

use super::{
    call::{Action, Call, Running, State, Transfer},
    health::LATE,
    rate::{Rate, VirtualTime},
    sent::SentBytes,
    state::Dispatcher,
};
use crate::{
    counters::Count,
    message::{ClaimedCall, Given, Grant, ToNode, write},
    names,
    uplink::SMALL,
};

/// How many calls one claim may name. It bounds the work of one message, which a node chooses.
const MOST: usize = 1024;
/// How many bytes a grant needs in addition to headers and arguments, rounded up.
const AROUND: usize = 128;

/// How much longer than its node a caller waits for a body that is too slow: the time for the node's answer. `Cluster::timeout` names it.
const BEYOND: Duration = Duration::from_millis(500);

impl Dispatcher {
    /// A node claims these calls: it has their tickets and free slots for their bodies. The answer goes to `reply`. Calls for which the
    /// answer has no room are left out of it, and the node claims them again.
    pub(crate) fn claim(
        &mut self,
        (node, host): (&str, &str),
        (cluster, calls): (&str, &[ClaimedCall]),
        reply: String,
        now: Instant,
    ) {
        if !names::is_token(node) || !names::is_address(&reply) {
            return;
        }
        let claimant = Claimant {
            node: Arc::from(node),
            host: Arc::from(names::shown(host)),
            granted_on: Arc::from(&*reply),
        };
        let mut room = Room {
            message: self.part,
            way: self.uplink.room(),
        };
        let before = room.way;
        let grants = self.grants(&claimant, (cluster, calls), &mut room, now);
        let bytes = before - room.way;
        self.send_value((reply, write(&ToNode::Grants(grants))), bytes, now);
    }

    /// Gives the node those of the calls for which there is room.
    fn grants(
        &mut self,
        claimant: &Claimant,
        (cluster, calls): (&str, &[ClaimedCall]),
        room: &mut Room,
        now: Instant,
    ) -> Vec<Grant> {
        let mut grants = Vec::with_capacity(calls.len().min(MOST));
        for claimed in calls.iter().take(MOST) {
            let id = claimed.call;
            let call = self.claimable(*claimed, cluster, claimant);
            let Some(call) = call else {
                self.refused(cluster);
                grants.push(Grant::Refused(id));
                continue;
            };
            // Values take at most half of a message. The other half has room for the first grant.
            let is_first = !grants.iter().any(|grant| matches!(grant, Grant::Given(_)));
            let around = if is_first { 0 } else { AROUND };
            let weight = around + size(&call.new.headers);
            if weight > room.message && !is_first {
                continue;
            }
            room.message = room.message.saturating_sub(weight);
            self.heard(&claimant.node);
            grants.extend(self.grant(id, cluster, claimant, room, now));
        }
        grants
    }

    /// The call, if the node has shown its ticket and may have it.
    fn claimable(
        &self,
        ClaimedCall { call, secret }: ClaimedCall,
        cluster: &str,
        claimant: &Claimant,
    ) -> Option<&Call> {
        let is_shown = self.secrets.ticket(call) == secret;
        self.calls
            .get(call)
            .filter(|call| is_shown && call.new.cluster.name == cluster && may_have(call, claimant))
    }

    /// Gives the call to the node, with as many bytes of its arguments as there is room for. A repeated grant has few of them.
    fn grant(
        &mut self,
        id: u64,
        cluster: &str,
        claimant: &Claimant,
        room: &mut Room,
        now: Instant,
    ) -> Option<Grant> {
        if let (State::Queued(queued), Some(flight)) =
            (&self.calls.get(id)?.state, self.flights.get_mut(cluster))
        {
            flight.leave_queue(id, queued.shard);
        }
        let time = self.calls.time(Transfer::Arguments, now);
        let secrets = &self.secrets;
        let (grant, is_new) = self.calls.change(id, |call| {
            let is_new = begin(call, claimant, (now, time));
            let secret = secrets.grant(call.last_start());
            // The first grant may still arrive, so the node fetches the missing bytes.
            let most = if is_new {
                room.of(call.new.arguments.len())
            } else {
                AROUND.min(room.message)
            };
            let given = given(call, secret, most);
            let bytes = given.first.len();
            gets(call, (is_new, bytes), (now, time));
            room.holds(bytes);
            (Grant::Given(Box::new(given)), is_new)
        })?;
        if is_new {
            self.begun(id);
        }
        if let Grant::Given(given) = &grant
            && (given.first.len() as u64) < given.total
        {
            self.carried = Some(now);
        }
        Some(grant)
    }

    /// The failure of a call whose headers do not fit into one message.
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
            if let Some(route) = self.routes.get_mut(&call.new.function().route()) {
                // A node has the function.
                route.none = None;
            }
            if let (State::Running(running), Some(flight)) =
                (&call.state, self.flights.get_mut(cluster.name))
            {
                flight.comes_to(&running.node);
            }
        }
        self.actions.push(Action::Running(id, true));
    }
}

/// How many bytes of arguments an answer to claims may have.
struct Room {
    /// In one message.
    message: usize,
    /// In the window of `uplink`.
    way: usize,
}

impl Room {
    /// How many bytes of arguments of that size fit.
    fn of(&self, size: usize) -> usize {
        if size <= SMALL {
            self.message
        } else {
            self.message.min(self.way)
        }
    }

    fn holds(&mut self, bytes: usize) {
        self.message -= bytes;
        if bytes > SMALL {
            self.way -= bytes;
        }
    }
}

/// A node that claims calls.
struct Claimant {
    node: Arc<str>,
    host: Arc<str>,
    granted_on: Arc<str>,
}

/// The size of headers, in bytes.
fn size(headers: &[(String, String)]) -> usize {
    let sizes = headers
        .iter()
        .map(|(name, value)| name.len() + value.len() + 16);
    sizes.sum()
}

/// Whether the node may have the call. The node that already has it may: it has not received the grant.
fn may_have(call: &Call, claimant: &Claimant) -> bool {
    match &call.state {
        State::Routing | State::Queued(_) => true,
        State::Running(running) => running.node == claimant.node && !running.fetching,
        State::Held => false,
    }
}

/// Gives the call to the node. Returns false if the node has it already.
fn begin(call: &mut Call, claimant: &Claimant, (now, time): (Instant, VirtualTime)) -> bool {
    if matches!(call.state, State::Running(_)) {
        return false;
    }
    let limit = call.new.cluster.timeout;
    call.attempts += 1;
    call.state = State::Running(Running {
        node: Arc::clone(&claimant.node),
        host: Arc::clone(&claimant.host),
        granted_on: Arc::clone(&claimant.granted_on),
        since: now,
        deadline: limit.and_then(|limit| now.checked_add(limit.checked_add(BEYOND)?)),
        fetching: false,
        moved: now,
        sent: SentBytes::first(call.new.arguments.len()),
        rate: Rate::new(time),
        has_less: false,
    });
    true
}

/// Records the bytes of the arguments in a grant. If the first grant had all of them and a repeated one has not, the call gets time as
/// with a first grant: the first may be lost, and then the node fetches the rest. Only once, so that claims cannot keep the call for ever.
fn gets(call: &mut Call, (is_first, bytes): (bool, usize), (now, time): (Instant, VirtualTime)) {
    let all = call.new.arguments.len();
    let State::Running(running) = &mut call.state else {
        return;
    };
    let has_less = running.sent.until == all && !running.has_less;
    if bytes < all && (is_first || has_less) {
        running.has_less = !is_first;
        running.sent = SentBytes::first(bytes);
        running.rate = Rate::new(time);
        call.moves(now);
        if !is_first {
            // The first may only be late. Then the node knows better than this process when the body has exceeded its limit.
            call.must_move(now + LATE);
        }
    } else {
        // A later one may have more than the first, for which there was little room.
        call.has_sent(0..bytes, (now, time));
    }
}

/// The grant for the node, with that many bytes of the arguments.
fn given(call: &Call, secret: u64, most: usize) -> Given {
    let arguments = &call.new.arguments;
    let first = arguments[..arguments.len().min(most)].to_vec();
    let mut headers = call.new.headers.clone();
    headers.retain(|(name, _)| name != ATTEMPT);
    if call.unable > 0 {
        headers.push((ATTEMPT.to_owned(), call.starts().to_string()));
    }
    Given {
        start: call.last_start(),
        secret,
        key: call.new.key,
        fingerprint: call.new.fingerprint,
        limit: call.new.cluster.timeout,
        headers,
        total: arguments.len() as u64,
        first,
    }
}
