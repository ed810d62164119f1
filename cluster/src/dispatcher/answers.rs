//! Handles messages of nodes about calls that they have: answers, and the loss of a node.

use std::time::Instant;

use tokio_offload_remote::{CodecError, Failure, Loss, Point};

use super::{
    call::{Action, State},
    state::Dispatcher,
};
use crate::{
    counters::Count,
    failure::failure,
    message::{Outcome, Start},
};

/// How often a call goes back into the queue because a node could not run it. With less, a few broken nodes make calls fail; with more, a
/// call that no node can run fails later.
const ELSEWHERE: u32 = 3;

impl Dispatcher {
    /// A body has ended. Returns whether to confirm the answer to the node. A large result is confirmed only after it has been fetched.
    pub(crate) fn answer(&mut self, start: Start, outcome: Outcome, now: Instant) -> bool {
        self.arrives(start);
        let Start { call: id, attempt } = start;
        let call = self.calls.get(id);
        let Some(call) = call.filter(|call| call.attempts == attempt) else {
            return true;
        };
        let State::Running(running) = &call.state else {
            return true;
        };
        let cluster = call.new.cluster;
        match outcome {
            Outcome::Large(total) => return self.is_large(start, total, now),
            Outcome::Done(bytes) if bytes.len() > cluster.max_message => {
                let (bytes, limit) = (bytes.len(), cluster.max_message);
                self.finish(id, Err(Failure::TooLarge { bytes, limit }), now);
            }
            Outcome::Leaving => self.lost(id, now),
            outcome => {
                let may_again =
                    matches!(outcome, Outcome::Died(_)) && call.starts() <= cluster.retries;
                let elsewhere = matches!(outcome, Outcome::Unable(_)) && call.unable < ELSEWHERE;
                let at = format!("the node {} on {}", running.node, running.host);
                match failure(outcome, call.new.name, call.starts(), &at) {
                    Err(died) if may_again => self.again(id, died, now),
                    Err(unable) if elsewhere => self.elsewhere(id, unable, now),
                    end => self.finish(id, end, now),
                }
            }
        }
        true
    }

    /// A node has sent an answer that this version cannot read.
    pub(crate) fn garbled(&mut self, Start { call: id, attempt }: Start, now: Instant) {
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

    /// The node that has the call is lost. The call fails, unless it may run again.
    pub(super) fn lost(&mut self, id: u64, now: Instant) {
        let Some(call) = self.calls.get(id) else {
            return;
        };
        let State::Running(running) = &call.state else {
            return;
        };
        let cluster = call.new.cluster;
        cluster.counters.add(Count::Lost);
        let may_again = call.starts() <= cluster.retries;
        let loss = Failure::Lost(Loss::new(
            running.node.to_string(),
            running.host.to_string(),
            call.new.name.to_owned(),
            call.starts(),
        ));
        if may_again {
            self.again(id, loss, now);
        } else {
            self.finish(id, Err(loss), now);
        }
    }

    /// Runs the call again, at another node.
    pub(super) fn again(&mut self, id: u64, last: Failure, now: Instant) {
        self.calls.change(id, |call| {
            call.new.cluster.counters.add(Count::Retried);
            call.waits_since = now;
            call.last = Some(last);
        });
        self.give_back(id, now);
    }

    /// Puts the call back into the queue because the node could not run it. It has waited since it was made, or since it last lost a node.
    fn elsewhere(&mut self, id: u64, unable: Failure, now: Instant) {
        self.calls.change(id, |call| {
            call.unable += 1;
            call.last.get_or_insert(unable);
        });
        self.give_back(id, now);
    }

    /// Puts the call back into the queue, for another node.
    fn give_back(&mut self, id: u64, now: Instant) {
        if let Some(call) = self.calls.get(id) {
            let cluster = call.new.cluster;
            cluster.counters.take(Count::Running);
            cluster.counters.add(Count::Queued);
            if let (State::Running(running), Some(flight)) =
                (&call.state, self.flights.get_mut(cluster.name))
            {
                flight.leaves(&running.node);
            }
        }
        self.actions.push(Action::Running(id, false));
        self.calls.passes(now);
        self.route(id, now);
    }
}
