//! Asks the server whether queues still have the tickets that they accepted, and writes those again that are gone.
//!
//! A connection that breaks says that tickets may be lost. But an operator may delete or empty a stream, and in a NATS cluster
//! the server that held it may have been restarted while this process was connected to another one.

use std::time::{Duration, Instant};

use super::{
    call::{Call, State},
    queue_streams::{CHECK, StreamInfo},
    state::Dispatcher,
};
use crate::names;

impl Dispatcher {
    /// Asks about each queue that has had a ticket of this process for some time.
    pub(super) fn look_at_queues(&mut self, now: Instant) {
        let mut due = Vec::new();
        for flight in self.flights.values_mut() {
            let waiting = flight
                .tickets
                .iter()
                .filter(|(_, tickets)| tickets.count > 0);
            let mut waiting = waiting
                .map(|(shard, _)| (flight.cluster.name, *shard))
                .peekable();
            if waiting.peek().is_none() {
                flight.streams.next = now + CHECK;
            } else if now >= flight.streams.next && !flight.streams.denied {
                flight.streams.next = now + CHECK;
                due.extend(waiting);
            }
        }
        for at in due {
            self.ask_about(at, now);
        }
    }

    fn ask_about(&mut self, (cluster, shard): (&'static str, u32), now: Instant) {
        let number = self.number();
        let Some(flight) = self.flights.get_mut(cluster) else {
            return;
        };
        flight.streams.asked.insert(shard, (number, now));
        let subject = names::info(&names::stream(cluster, shard));
        let reply = format!("{}.s.{number}", self.inbox);
        self.send(subject, Some(reply), Vec::new());
    }

    /// The answer to a question. It does not tell about tickets that were accepted after the question. A ticket that is older
    /// than the stream was in another one, whatever its number, and no clocks of two machines are compared for that.
    pub(crate) fn kept(&mut self, number: u64, kept: &StreamInfo, now: Instant) {
        let found = self.flights.values_mut().find_map(|flight| {
            let mut asked = flight.streams.asked.iter();
            let (shard, _) = asked.find(|(_, (asked, _))| *asked == number)?;
            let shard = *shard;
            let (_, when) = flight.streams.asked.remove(&shard)?;
            let since = flight.streams.since(shard, when, kept);
            Some((flight.cluster.name, shard, when, since))
        });
        let Some((cluster, shard, when, since)) = found else {
            return;
        };
        let is_other = |accepted| since.is_some_and(|since| accepted < since);
        let is_gone = |call: &Call| match &call.state {
            State::Queued(queued) if queued.shard == shard && call.new.cluster.name == cluster => {
                let accepted = queued.accepted.filter(|(_, accepted)| *accepted <= when);
                accepted.is_some_and(|(number, accepted)| {
                    !(kept.first..=kept.last).contains(&number) || is_other(accepted)
                })
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
            flight.streams.denied |= denied;
        }
    }
}
