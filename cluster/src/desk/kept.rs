//! Asks the server whether queues still have the tickets that they accepted, and writes those again that are gone.
//!
//! A connection that breaks says that tickets may be lost. But an operator may delete or empty a stream, and in a NATS cluster the server that
//! held it may have been restarted while this process was connected to another one.

use std::time::{Duration, Instant};

use super::{
    call::{Call, State},
    check::CHECK,
    state::Desk,
};
use crate::names;

impl Desk {
    /// The server has given the ticket of a call this number.
    pub(super) fn written(&mut self, id: u64, number: u64) {
        let Some(call) = self.calls.get(id) else {
            return;
        };
        if let (State::Queued(queued), Some(flight)) =
            (&call.state, self.flights.get_mut(call.new.cluster.name))
        {
            flight.check.newest.insert(queued.shard, number);
        }
    }

    /// Asks about each queue that has had a ticket of this process for some time.
    pub(super) fn look_at_queues(&mut self, now: Instant) {
        let mut due = Vec::new();
        for flight in self.flights.values_mut() {
            let waiting = flight.tickets.iter().filter(|(_, tickets)| **tickets > 0);
            let mut waiting = waiting
                .map(|(shard, _)| (flight.cluster.name, *shard))
                .peekable();
            if waiting.peek().is_none() {
                flight.check.next = now + CHECK;
            } else if now >= flight.check.next && !flight.check.denied {
                flight.check.next = now + CHECK;
                due.extend(waiting);
            }
        }
        for at in due {
            self.ask_about(at);
        }
    }

    fn ask_about(&mut self, (cluster, shard): (&'static str, u32)) {
        let number = self.number();
        let Some(flight) = self.flights.get_mut(cluster) else {
            return;
        };
        if let Some(newest) = flight.check.newest.get(&shard) {
            flight.check.asked.insert(shard, (number, *newest));
            let subject = names::info(&names::stream(cluster, shard));
            let reply = format!("{}.s.{number}", self.inbox);
            self.send(subject, Some(reply), Vec::new());
        }
    }

    /// A queue has only tickets from the first number to the last. Later ones than the newest at the time of the question are not meant.
    pub(crate) fn kept(&mut self, number: u64, (first, last): (u64, u64), now: Instant) {
        let found = self.flights.values_mut().find_map(|flight| {
            let mut asked = flight.check.asked.iter();
            let (shard, _) = asked.find(|(_, (asked, _))| *asked == number)?;
            let shard = *shard;
            let (_, newest) = flight.check.asked.remove(&shard)?;
            Some((flight.cluster.name, shard, newest))
        });
        let Some((cluster, shard, newest)) = found else {
            return;
        };
        let is_gone = |call: &Call| match &call.state {
            State::Queued(queued) if queued.shard == shard && call.new.cluster.name == cluster => {
                let number = queued.accepted.filter(|number| *number <= newest);
                number.is_some_and(|number| number < first || number > last)
            }
            _ => false,
        };
        for id in self.calls.those(is_gone) {
            self.write_again_at(id, Some(now + Duration::from_millis(id % 200)));
        }
    }

    /// The server has refused a question.
    pub(super) fn may_not_ask(&mut self, subject: &str) {
        for flight in self.flights.values_mut() {
            let mut queues = flight.tickets.keys();
            let name = flight.cluster.name;
            let denied = queues.any(|shard| names::info(&names::stream(name, *shard)) == subject);
            flight.check.denied |= denied;
        }
    }
}
