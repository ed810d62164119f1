//! What time does to calls: limits, tickets that are written again, nodes that are asked whether they still have a call.

use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};

use tokio_offload_remote::Failure;

use super::{
    call::{Call, State},
    route::Route,
    state::{Desk, Link},
    watched::Watched,
};
use crate::message::Start;

/// How long the server's word on a ticket is waited for.
pub(super) const AGAIN: Duration = Duration::from_secs(2);
/// How soon a ticket is written again that nothing took.
pub(super) const RETRY: Duration = Duration::from_millis(250);
/// How old a ticket becomes before it is written again: the stream forgets those of ten minutes.
pub(super) const OLD: Duration = Duration::from_secs(300);
/// How long it may be between two looks: after more, this process was stopped, and answers that came meanwhile are not heard yet.
const ASLEEP: Duration = Duration::from_secs(2);
/// How often time is looked at.
const TICK: Duration = Duration::from_millis(50);
/// The same while a question is out, whose answer is waited for.
const SHORT: Duration = Duration::from_millis(10);
/// How long a node has a call before it is asked for it, and how often.
const PING: Duration = Duration::from_millis(500);
/// How soon a node is asked again that was not there.
const STRIKE: Duration = Duration::from_millis(200);
/// How long a node may be silent.
const SILENCE: Duration = Duration::from_secs(4);
/// How long calls outlive their connection.
const ALONE: Duration = Duration::from_secs(30);

impl Desk {
    /// The connection is there again.
    pub(crate) fn connected(&mut self, now: Instant) {
        if matches!(self.link, Link::Up(_)) {
            return;
        }
        self.link = Link::Up(now);
        self.watched.clear();
        self.asked.clear();
        for route in self.routes.values_mut() {
            route.reset(now);
        }
        // The server may have forgotten them. Not all at once: other callers are back too.
        for call in self.calls.values_mut() {
            if let State::Queued(queued) = &mut call.state {
                queued.again = now + Duration::from_millis(100 + call.new.id % 200);
            }
        }
    }

    /// The connection is lost.
    pub(crate) fn disconnected(&mut self, now: Instant) {
        if matches!(self.link, Link::Up(_)) {
            self.link = Link::Down(now);
        }
    }

    /// When time is to be looked at again.
    pub(crate) fn next_look(&self, now: Instant) -> Option<Instant> {
        let pause = if self.asked.is_empty() { TICK } else { SHORT };
        (!self.is_idle()).then(|| now + pause)
    }

    /// Time has passed.
    pub(crate) fn look(&mut self, now: Instant) {
        self.wake_up(now);
        let mut over = Vec::new();
        let mut again = Vec::new();
        for (id, call) in &self.calls {
            match limit(call, now) {
                Some(failure) => over.push((*id, failure)),
                None if is_forgotten(call, now) => again.push(*id),
                None => {}
            }
        }
        for (id, failure) in over {
            self.end_at_node(id);
            self.finish(id, Err(failure), now);
        }
        match self.up_since() {
            None => self.alone(now),
            Some(since) => {
                for id in again {
                    self.enqueue_again(id, now);
                }
                self.look_at_routes(since, now);
                self.look_at_nodes(since, now);
            }
        }
    }

    /// What nobody heard for a while says as little about nodes as what was said without a connection.
    fn wake_up(&mut self, now: Instant) {
        if now.saturating_duration_since(self.looked) > ASLEEP
            && let Link::Up(since) = &mut self.link
        {
            *since = now;
        }
        self.looked = now;
    }

    /// There is no connection, and whoever waits may wait in vain.
    fn alone(&mut self, now: Instant) {
        let Link::Down(since) = self.link else {
            return;
        };
        if now < since + ALONE {
            return;
        }
        let ids: Vec<_> = self.calls.keys().copied().collect();
        for id in ids {
            self.lost(id, now);
            let text = format!("there has been no connection to a server for {ALONE:?}");
            self.finish(id, Err(Failure::Unreachable(text)), now);
        }
    }

    fn look_at_routes(&mut self, up_since: Instant, now: Instant) {
        let mut waiting: HashMap<(&'static str, u64), Vec<u64>> = HashMap::new();
        for (id, call) in &self.calls {
            if matches!(call.state, State::Routing | State::Queued(_)) {
                let at = (call.new.cluster.name, call.new.key);
                waiting.entry(at).or_default().push(*id);
            }
        }
        let routes: Vec<_> = self.routes.keys().copied().collect();
        for at in routes {
            let settled = |route: &Route| route.is_settled(now);
            if self.routes.get(&at).is_some_and(settled) {
                self.settle(at, now);
            }
            let waits = waiting.get(&at);
            let Some(route) = self.routes.get(&at) else {
                continue;
            };
            if let (Some(ids), Some(failure)) = (waits, route.verdict(up_since, now)) {
                for id in ids {
                    self.finish(*id, Err(copy(&failure)), now);
                }
            } else if route.is_due(waits.is_some(), now) {
                self.ask(at, now);
            }
        }
    }

    fn look_at_nodes(&mut self, up_since: Instant, now: Instant) {
        let mut at_work: HashMap<Arc<str>, (&'static str, Vec<Start>)> = HashMap::new();
        for (id, call) in &self.calls {
            if let State::Running(running) = &call.state
                && now >= running.since + PING
            {
                let node = at_work.entry(Arc::clone(&running.node));
                let node = node.or_insert_with(|| (call.new.cluster.name, Vec::new()));
                node.1.push((*id, call.attempts));
            }
        }
        self.watched.retain(|node, _| at_work.contains_key(node));
        for (node, (cluster, starts)) in at_work {
            let watched = self.watched.get(&node);
            let pause = |watched: &Watched| if watched.strikes > 0 { STRIKE } else { PING };
            let silent = watched.and_then(|watched| watched.silent);
            if silent.is_some_and(|since| now >= since.max(up_since) + SILENCE) {
                self.gone(&node, now);
            } else if watched.is_none_or(|watched| now >= watched.pinged + pause(watched)) {
                self.ping((node, cluster), starts, now);
            }
        }
    }
}

/// What the call has waited too long for.
fn limit(call: &Call, now: Instant) -> Option<Failure> {
    let cluster = call.new.cluster;
    if let State::Running(running) = &call.state {
        let limit = cluster.timeout?;
        return (now >= running.deadline?).then_some(Failure::TimedOut(limit));
    }
    let limit = cluster.queue_timeout?;
    // Not by a sum, which a limit without an end would overflow.
    let waited = now.saturating_duration_since(call.submitted);
    (waited >= limit).then_some(Failure::QueueTimeout(limit))
}

/// Whether the ticket of the call is to be written again.
fn is_forgotten(call: &Call, now: Instant) -> bool {
    matches!(&call.state, State::Queued(queued) if now >= queued.again)
}

/// One for each call.
fn copy(failure: &Failure) -> Failure {
    match failure {
        Failure::Mismatch(text) => Failure::Mismatch(text.clone()),
        Failure::NoNodes(time) => Failure::NoNodes(*time),
        _ => Failure::Shutdown,
    }
}
