//! Handles refusals of the servers: the calls that need what was refused fail at once, with the text of the server.

use std::time::Instant;

use tokio_offload_remote::Failure;

use super::{
    call::{Call, State},
    state::Dispatcher,
};
use crate::names;

impl Dispatcher {
    /// The server refused a message of this process to that subject.
    pub(crate) fn denied(&mut self, subject: &str, reason: &str, now: Instant) {
        let needs = |call: &Call| {
            let cluster = call.new.cluster.name;
            match &call.state {
                State::Routing => subject == names::who(cluster),
                State::Queued(queued) => {
                    let name = names::function(call.new.name);
                    subject == names::call(cluster, queued.shard, &queued.release, &name)
                }
                State::Running(running) => {
                    subject == &*running.granted_on
                        || subject == names::node(cluster, &running.node)
                }
                State::Held => false,
            }
        };
        self.end_those(needs, reason, now);
        self.may_not_ask(subject);
        self.refused_echo(subject, now);
    }

    /// The server refused the subscription to the inbox, so no call can get an answer.
    pub(crate) fn deaf(&mut self, reason: &str, now: Instant) {
        self.deaf = Some(reason.to_owned());
        self.end_those(|_| true, reason, now);
    }

    pub(crate) const fn is_deaf(&self) -> bool {
        self.deaf.is_some()
    }

    fn end_those(&mut self, which: impl Fn(&Call) -> bool, reason: &str, now: Instant) {
        for id in self.calls.those(which) {
            self.finish(id, Err(Failure::Unreachable(reason.to_owned())), now);
        }
    }
}
