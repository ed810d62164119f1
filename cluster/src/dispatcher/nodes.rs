//! Asks nodes that have calls whether they are still there and still have them.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use super::{
    call::{Call, State},
    health::NodeHealth,
    state::Dispatcher,
};
use crate::{
    message::{Start, ToNode, write},
    names,
};

/// The number of questions without a receiver after which a node counts as gone: one may come too early after a reconnection.
const STRIKES: u32 = 2;
/// How long after a reconnection nodes may still be reconnecting: their clients pause for 0.4 s between attempts.
const SETTLE: Duration = Duration::from_secs(3);

impl Dispatcher {
    pub(super) fn ping(
        &mut self,
        (node, cluster): (Arc<str>, &'static str),
        mut starts: Vec<Start>,
        now: Instant,
    ) {
        let subject = names::node(cluster, &node);
        let number = self.number();
        let health = self.health.entry(Arc::clone(&node)).or_insert(NodeHealth {
            pinged: now,
            silent: None,
            unanswered: 0,
            strikes: 0,
            struck: None,
            number,
        });
        health.pinged = now;
        let reply = format!("{}.n.{node}.{}", self.inbox, health.number);
        health.silent.get_or_insert(now);
        health.unanswered += 1;
        // As many as fit into one message. Others follow in messages without an answer, so that the node goes on with them.
        let most = (self.part / 16).max(1);
        starts.sort_unstable();
        if starts.len() > most {
            let turn = usize::try_from(self.numbers)
                .unwrap_or(0)
                .wrapping_mul(most)
                % starts.len();
            starts.rotate_left(turn);
        }
        let mut reply = Some(reply);
        for starts in starts.chunks(most) {
            let ping = ToNode::Ping {
                inbox: self.inbox.clone(),
                starts: starts.to_vec(),
            };
            self.send(subject.clone(), reply.take(), write(&ping));
        }
    }

    /// A node answers. Calls that it does not know were lost, with it or with an earlier node of that name.
    pub(crate) fn pong(&mut self, (node, number): (&str, u64), unknown: &[Start], now: Instant) {
        let health = self.health.get_mut(node);
        let Some(health) = health.filter(|health| health.number == number) else {
            return;
        };
        if let Some(asked) = health.silent {
            // A moving average: the latest answers count most.
            let took = now.saturating_duration_since(asked);
            self.answers_take = (self.answers_take * 7 + took) / 8;
        }
        health.heard();
        for start in unknown {
            let Some(call) = self.calls.get(start.call) else {
                continue;
            };
            let is_there = |call: &Call| match &call.state {
                State::Running(running) => &*running.node == node && !running.fetching,
                _ => false,
            };
            if call.attempts == start.attempt && is_there(call) {
                self.lost(start.call, now);
            }
        }
    }

    /// A node has sent a message with a secret, so it is alive. Its answer to a question may wait behind that message.
    pub(super) fn heard(&mut self, node: &str) {
        if let Some(health) = self.health.get_mut(node) {
            health.heard();
        }
    }

    /// A result has arrived or a part of it, or the request for a part of the arguments.
    pub(super) fn arrives(&mut self, Start { call: id, attempt }: Start) {
        let call = self.calls.get(id).filter(|call| call.attempts == attempt);
        if let Some(State::Running(running)) = call.map(|call| &call.state) {
            let node = Arc::clone(&running.node);
            self.heard(&node);
        }
    }

    /// A question to a node was received by no process.
    pub(crate) fn not_there(&mut self, (node, number): (&str, u64), now: Instant) {
        let settled = self.up_since().is_some_and(|up| {
            // The node may still be reconnecting, as this process was, unless it has answered since then.
            let given = self.calls.given_last(node);
            now >= up + SETTLE || given.is_some_and(|given| given > up)
        });
        let patience = self.patience;
        let health = self.health.get_mut(node);
        let Some(health) = health.filter(|health| health.number == number && settled) else {
            return;
        };
        health.strikes += 1;
        let first = *health.struck.get_or_insert(now);
        if health.strikes >= STRIKES && now >= first + patience {
            self.gone(node, now);
        }
    }

    /// A node is gone, with all its calls. If it comes back, the dispatcher tells it to end them.
    pub(super) fn gone(&mut self, node: &str, now: Instant) {
        self.health.remove(node);
        for id in self.calls.at_node(node) {
            self.end_at_node(id);
            self.lost(id, now);
        }
    }
}
