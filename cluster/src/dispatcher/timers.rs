//! The timed work of the dispatcher: limits of calls, tickets to write again, and questions to nodes that have calls.

use std::{
    collections::HashSet,
    sync::Arc,
    time::{Duration, Instant},
};

use tokio_offload_remote::Failure;

use super::{
    call::{Call, State, Transfer},
    health::{LATE, PING},
    queue_streams::QueueStreams,
    route::Route,
    state::{Connection, Dispatcher},
    tickets::QueueTickets,
};
use crate::message::Start;

/// How long to wait for the server's answer to a ticket. With less, slow servers get tickets twice; with more, lost ones delay calls.
pub(super) const AGAIN: Duration = Duration::from_secs(2);
/// How soon a ticket is written again if there is no stream for it. With more, calls begin later after a stream was made.
pub(super) const RETRY: Duration = Duration::from_millis(250);
/// When a ticket is written again: the stream forgets it after ten minutes.
pub(super) const OLD: Duration = Duration::from_secs(300);
/// The longest time between two ticks. After a longer one this process was stopped, and has not read the answers that came meanwhile. With
/// less, a process under load looks stopped, and silence is ignored more often.
const ASLEEP: Duration = Duration::from_secs(2);
/// The time between two ticks. With more, limits are late by as much; with less, waiting costs more.
const TICK: Duration = Duration::from_millis(50);
/// The same while a question waits for its answer.
const SHORT: Duration = Duration::from_millis(10);
/// How long a node may be silent. With less, nodes under load lose their calls; with more, calls wait longer after a node was lost.
const SILENCE: Duration = Duration::from_secs(4);
/// How long after a part of a value answers may be late: they wait behind it. A slower connection would end the transfer anyway.
const CARRIES: Duration = Duration::from_secs(10);
/// How long calls continue without a connection: enough for servers to be restarted. `Cluster::replicas` names it.
const ALONE: Duration = Duration::from_secs(30);

impl Dispatcher {
    /// There is a connection again.
    pub(crate) fn connected(&mut self, now: Instant) {
        let Connection::Down(since) = self.link else {
            return;
        };
        self.link = Connection::Up(now);
        self.unreached = None;
        self.uplink.reset();
        self.answers_take = Duration::ZERO;
        self.deaf = None;
        self.health.clear();
        self.asked.clear();
        for flight in self.flights.values_mut() {
            flight.streams = QueueStreams::new(now);
            flight.tickets.values_mut().for_each(QueueTickets::reset);
        }
        for route in self.routes.values_mut() {
            route.reset(now);
        }
        // The server may have forgotten the tickets. They are spread over time, because other callers reconnect too.
        for id in self.calls.ids() {
            let again = now + Duration::from_millis(100 + id % 200);
            self.write_again_at(id, Some(again));
            let transfer = self.calls.get(id).and_then(Call::transfer);
            let time = self
                .calls
                .time(transfer.unwrap_or(Transfer::Arguments), now);
            self.calls
                .change(id, |call| call.reconnected(since, (now, time)));
        }
    }

    /// The connection is lost.
    pub(crate) fn disconnected(&mut self, now: Instant) {
        if matches!(self.link, Connection::Up(_)) {
            self.link = Connection::Down(now);
        }
    }

    /// An attempt to connect again has failed. The calls that end without a connection say why.
    pub(crate) fn unreached(&mut self, why: String) {
        self.unreached = Some(why);
    }

    /// When the next tick is due.
    pub(crate) fn next_look(&self, now: Instant) -> Option<Instant> {
        let pause = if self.asked.is_empty() { TICK } else { SHORT };
        (!self.is_idle()).then(|| now + pause)
    }

    /// Does everything that is due.
    pub(crate) fn look(&mut self, now: Instant) {
        if self.wake_up(now) {
            return;
        }
        for id in self.calls.due(now) {
            self.look_at_call(id, now);
        }
        match self.up_since() {
            None => self.alone(now),
            Some(since) => {
                self.look_at_routes(since, now);
                self.look_at_nodes(since, now);
                self.look_at_queues(now);
                self.uplink.look(now);
                self.carry(now);
            }
        }
    }

    /// Something is due for a call.
    fn look_at_call(&mut self, id: u64, now: Instant) {
        let Some(call) = self.calls.get(id) else {
            return;
        };
        let is_over = call.due().is_some_and(|due| now >= due);
        let down = self.down_since();
        if is_over && down.is_some_and(|down| call.loses_bytes(down)) {
            // The receiver requests the missing bytes again when there is a connection.
            self.calls.change(id, |call| call.must_move(now));
        } else if is_over && call.transfer().is_some() {
            self.is_late(id, now);
        } else if let Some(failure) = limit(call, now) {
            self.end_at_node(id);
            self.finish(id, Err(failure), now);
        } else if is_forgotten(call, now) {
            if self.up_since().is_some() {
                self.enqueue_again(id, now);
            } else {
                self.write_again_at(id, None);
            }
        }
    }

    pub(super) fn write_again_at(&mut self, id: u64, again: Option<Instant>) {
        self.calls.change(id, |call| {
            if let State::Queued(queued) = &mut call.state {
                queued.again = again;
            }
        });
    }

    /// Silence while this process was stopped is ignored, as is silence without a connection. Returns whether to wait for the next tick,
    /// because this process has not read yet what came while it was stopped.
    fn wake_up(&mut self, now: Instant) -> bool {
        let pause = now.saturating_duration_since(self.looked);
        self.looked = now;
        let slept = pause > ASLEEP;
        match &mut self.link {
            Connection::Up(since) if slept => *since = now,
            Connection::Down(since) if slept => *since = (*since + pause).min(now),
            _ => {}
        }
        // In a process that is slow all the time, every tick comes after such a pause.
        let before = std::mem::replace(&mut self.slept, slept);
        slept && !before
    }

    /// There is no connection. Calls that have waited too long for one fail.
    fn alone(&mut self, now: Instant) {
        let Connection::Down(since) = self.link else {
            return;
        };
        if now < since + ALONE {
            return;
        }
        let why = self.unreached.as_ref();
        let why = why.map_or_else(String::new, |why| format!(": {why}"));
        let text = format!("there has been no connection to a server for {ALONE:?}{why}");
        for id in self.calls.ids() {
            self.lost(id, now);
            self.finish(id, Err(Failure::Unreachable(text.clone())), now);
        }
    }

    fn look_at_routes(&mut self, up_since: Instant, now: Instant) {
        let routes: Vec<_> = self.routes.keys().copied().collect();
        for key in routes {
            let settled = |route: &Route| route.is_settled(now);
            if self.routes.get(&key).is_some_and(settled) {
                self.settle(key, now);
            }
            let Some(route) = self.routes.get(&key) else {
                continue;
            };
            if !self.calls.is_waited_for(key) {
                continue;
            }
            if let Some(failure) = route.verdict(up_since, now) {
                for id in self.calls.waiting(key, None) {
                    self.finish(id, Err(copy(&failure)), now);
                }
            } else if route.is_due(now) {
                self.ask(key, now);
            }
        }
    }

    fn look_at_nodes(&mut self, up_since: Instant, now: Instant) {
        let Some(then) = now.checked_sub(PING) else {
            return;
        };
        let at_work = self.calls.nodes_since(then);
        let busy: HashSet<_> = at_work.iter().collect();
        self.health.retain(|node, _| busy.contains(node));
        let carries = self.carried.is_some_and(|when| now < when + CARRIES);
        let patience = if carries { LATE } else { SILENCE };
        for node in at_work {
            let health = self.health.get(&node);
            let silent = health.and_then(|health| health.silent);
            let silence = silent.map(|since| now.saturating_duration_since(since.max(up_since)));
            let is_late = |silence| silence >= LATE || !self.is_fetched_from(&node);
            if silence.is_some_and(|silence| silence >= patience && is_late(silence)) {
                self.gone(&node, now);
            } else if health
                .is_none_or(|health| now >= health.pinged + health.pause(self.answers_take))
            {
                self.ping_for(node, then, now);
            }
        }
    }

    fn is_fetched_from(&self, node: &str) -> bool {
        let mut calls = self.calls.at_node(node).into_iter();
        calls.any(|id| self.calls.get(id).is_some_and(Call::is_fetching))
    }

    /// Asks a node about the calls that it has had at least since that time.
    fn ping_for(&mut self, node: Arc<str>, then: Instant, now: Instant) {
        let ids = self.calls.at_node_since(&node, then).into_iter();
        let calls: Vec<_> = ids.filter_map(|id| self.calls.get(id)).collect();
        let starts: Vec<Start> = calls.iter().map(|call| call.last_start()).collect();
        if let Some(first) = calls.first() {
            let cluster = first.new.cluster.name;
            self.ping((node, cluster), starts, now);
        }
    }
}

/// The failure of a call that has waited too long.
fn limit(call: &Call, now: Instant) -> Option<Failure> {
    let cluster = call.new.cluster;
    if let State::Running(running) = &call.state {
        let limit = cluster.timeout?;
        return (now >= running.deadline?).then_some(Failure::TimedOut(limit));
    }
    let limit = cluster.queue_timeout?;
    // Subtracted and not added, because an endless limit would overflow.
    let waited = now.saturating_duration_since(call.waits_since);
    (waited >= limit).then_some(Failure::QueueTimeout(limit))
}

/// Whether the ticket of the call has to be written again.
fn is_forgotten(call: &Call, now: Instant) -> bool {
    matches!(&call.state, State::Queued(queued) if queued.again.is_some_and(|again| now >= again))
}

/// One for each call.
fn copy(failure: &Failure) -> Failure {
    match failure {
        Failure::Mismatch(text) => Failure::Mismatch(text.clone()),
        Failure::Unreachable(text) => Failure::Unreachable(text.clone()),
        Failure::NoNodes(time) => Failure::NoNodes(*time),
        _ => Failure::Shutdown,
    }
}
