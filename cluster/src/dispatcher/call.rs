//! A call as the dispatcher knows it, its states, and the actions that it needs.

use std::{
    ops::Range,
    sync::Arc,
    time::{Duration, Instant},
};

use tokio_offload_remote::Failure;

use super::{
    health::LATE,
    rate::{Rate, VirtualTime},
    route::WantedFunction,
    sent::SentBytes,
};
use crate::{cluster::Cluster, message::Start, uplink::SMALL};

/// A new call, as its caller makes it.
#[derive(Debug)]
pub(crate) struct NewCall {
    pub(crate) id: u64,
    pub(crate) cluster: &'static Cluster,
    pub(crate) name: &'static str,
    pub(crate) key: u64,
    pub(crate) fingerprint: u64,
    pub(crate) arguments: Vec<u8>,
    pub(crate) headers: Vec<(String, String)>,
}

impl NewCall {
    pub(super) const fn function(&self) -> WantedFunction {
        WantedFunction {
            cluster: self.cluster,
            key: self.key,
            fingerprint: self.fingerprint,
            name: self.name,
        }
    }
}

/// An action for the thread that has the connection.
#[derive(Debug)]
pub(crate) enum Action {
    /// Send a message, unless the connection is lost before.
    Publish(Publish),
    /// Fetch a large result from its node.
    Fetch {
        start: Start,
        node: String,
        total: usize,
    },
    /// A node has the call, or does not have it any more.
    Running(u64, bool),
    /// The call has ended.
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
    pub(super) new: NewCall,
    /// When it began to wait for a node: when it was made, or lost its last node.
    pub(super) waits_since: Instant,
    /// Why the last attempt failed, if there was one.
    pub(super) last: Option<Failure>,
    pub(super) state: State,
    /// How often it was given to a node.
    pub(super) attempts: u32,
    /// How many of these nodes could not run it. There its body has not begun.
    pub(super) unable: u32,
}

impl Call {
    /// How often its body may have begun.
    pub(super) const fn starts(&self) -> u32 {
        self.attempts - self.unable
    }

    /// Its latest start.
    pub(super) const fn last_start(&self) -> Start {
        Start::new(self.new.id, self.attempts)
    }

    /// When something is due for it, unless another event comes before.
    pub(super) fn due(&self) -> Option<Instant> {
        let again = match &self.state {
            State::Running(running) => return running.deadline,
            State::Queued(queued) => queued.again,
            State::Held | State::Routing => None,
        };
        // An endless limit does not fit into an `Instant`.
        let limit = self.new.cluster.queue_timeout;
        let limit = limit.and_then(|limit| self.waits_since.checked_add(limit));
        [again, limit].into_iter().flatten().min()
    }

    /// The longest pause in the transfer of its arguments or its result, if it has a limit.
    pub(super) fn pause(&self) -> Option<Duration> {
        self.new.cluster.timeout.map(|limit| limit.max(LATE))
    }

    /// These bytes of its arguments were sent. While some are missing the body has not begun, and another limit applies. Returns whether
    /// the contiguous part has grown.
    pub(super) fn has_sent(
        &mut self,
        bytes: Range<usize>,
        (now, time): (Instant, VirtualTime),
    ) -> bool {
        let State::Running(running) = &mut self.state else {
            return false;
        };
        let before = running.sent.until;
        let is_small = bytes.len() < SMALL;
        let is_more = running.sent.includes(bytes);
        running.rate.comes(running.sent.until - before);
        if !is_more {
            return false;
        }
        if !is_small {
            running.rate.waited(time);
        }
        self.moves(now);
        if !self.lacks_arguments() {
            self.has_sent_all(now);
        }
        true
    }

    /// The last of its arguments were sent. It may take long until they arrive.
    fn has_sent_all(&mut self, now: Instant) {
        let limit = self.new.cluster.timeout;
        if let State::Running(running) = &mut self.state {
            let limit = limit.and_then(|limit| limit.checked_add(LATE));
            running.deadline = limit.and_then(|limit| now.checked_add(limit));
        }
    }

    /// Whether bytes of its arguments or its result were in flight when the connection was lost.
    pub(super) fn loses_bytes(&self, lost: Instant) -> bool {
        let State::Running(running) = &self.state else {
            return false;
        };
        let may_be_late = running.sent.in_parts && lost < running.moved + LATE;
        self.transfer().is_some() || may_be_late
    }

    /// There is a connection again. The receiver of lost bytes requests them again.
    pub(super) fn reconnected(&mut self, lost: Instant, (now, time): (Instant, VirtualTime)) {
        if !self.loses_bytes(lost) {
            return;
        }
        if let State::Running(running) = &mut self.state {
            running.rate.waited(time);
        }
        self.moves(now);
        if self.transfer().is_none() {
            self.has_sent_all(now);
        }
    }

    /// A node requests more arguments, or bytes of the result have come. Returns whether that is too slow.
    pub(super) fn is_too_slow(
        &mut self,
        bytes: usize,
        besides: Duration,
        time: VirtualTime,
    ) -> bool {
        let pause = self.pause();
        let State::Running(running) = &mut self.state else {
            return false;
        };
        running.rate.passes(time);
        running.rate.comes(bytes);
        pause.is_some_and(|pause| running.rate.is_too_low(pause.max(besides)))
    }

    /// Bytes of its arguments or its result are transferred.
    pub(super) fn moves(&mut self, now: Instant) {
        if let State::Running(running) = &mut self.state {
            running.moved = now;
        }
        self.must_move(now);
    }

    /// From `since` on, bytes of it or of other values must be transferred within the pause.
    pub(super) fn must_move(&mut self, since: Instant) {
        let pause = self.pause();
        if let State::Running(running) = &mut self.state {
            running.deadline = pause.and_then(|pause| since.checked_add(pause));
        }
    }

    /// The node lacks arguments, so the body has not begun.
    pub(super) fn lacks_arguments(&self) -> bool {
        matches!(&self.state, State::Running(running) if running.sent.until < self.new.arguments.len())
    }

    /// Its large result is being fetched. The body has ended in time, so from now on another limit applies.
    pub(super) fn is_fetched(&mut self, (now, time): (Instant, VirtualTime)) {
        if let State::Running(running) = &mut self.state {
            running.fetching = true;
            running.rate = Rate::new(time);
        }
        self.moves(now);
    }

    pub(super) const fn is_fetching(&self) -> bool {
        matches!(&self.state, State::Running(running) if running.fetching)
    }

    /// What of it is being sent in parts.
    pub(super) fn transfer(&self) -> Option<Transfer> {
        if self.is_fetching() {
            Some(Transfer::Result)
        } else {
            self.lacks_arguments().then_some(Transfer::Arguments)
        }
    }
}

/// What is sent in parts, because it does not fit into one message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Transfer {
    Arguments,
    Result,
}

#[derive(Debug)]
pub(super) enum State {
    /// The call waits in this process, because as many calls as allowed are in flight.
    Held,
    /// The dispatcher does not know yet which nodes have the function.
    Routing,
    Queued(Queued),
    Running(Running),
}

/// Its ticket was written, or will be.
#[derive(Debug)]
pub(super) struct Queued {
    pub(super) release: Arc<str>,
    /// Whether a ticket for that release was written.
    pub(super) written: bool,
    /// The number of the queue.
    pub(super) shard: u32,
    /// When the ticket is written again, unless the server confirms it first. `None`: when there is a connection again, or when fewer
    /// tickets are unanswered.
    pub(super) again: Option<Instant>,
    /// The number of the ticket in its stream and when the server said so, if it has accepted it once.
    pub(super) accepted: Option<(u64, Instant)>,
    /// When its stream first took no tickets.
    pub(super) missing: Option<Instant>,
}

/// A node has the call.
#[derive(Debug)]
pub(super) struct Running {
    pub(super) node: Arc<str>,
    pub(super) host: Arc<str>,
    /// The subject to which the grant was sent.
    pub(super) granted_on: Arc<str>,
    pub(super) since: Instant,
    pub(super) deadline: Option<Instant>,
    pub(super) fetching: bool,
    /// When bytes of its arguments or its result were last transferred, or it was given to the node.
    pub(super) moved: Instant,
    pub(super) sent: SentBytes,
    /// How fast that goes.
    pub(super) rate: Rate,
    /// Whether a grant that was repeated had less of the arguments than the first one, which had all.
    pub(super) has_less: bool,
}
