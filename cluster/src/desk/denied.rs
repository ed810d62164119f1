//! What the servers refuse: the calls that need it end with their words, at once.

use std::time::Instant;

use tokio_offload_remote::Failure;

use super::{
    call::{Call, State},
    state::Desk,
};
use crate::names;

impl Desk {
    /// The server refused something that this process wanted to send there.
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
                    subject == &*running.told || subject == names::node(cluster, &running.node)
                }
                State::Held => false,
            }
        };
        self.end_those(needs, reason, now);
    }

    /// The server refused that this process hears where it is answered: no call can come to an end.
    pub(crate) fn deaf(&mut self, reason: &str, now: Instant) {
        self.deaf = Some(reason.to_owned());
        self.end_those(|_| true, reason, now);
    }

    fn end_those(&mut self, which: impl Fn(&Call) -> bool, reason: &str, now: Instant) {
        for id in self.calls.those(which) {
            self.finish(id, Err(Failure::Unreachable(reason.to_owned())), now);
        }
    }
}
