//! The order of the clusters of a node: while calls of an earlier one wait, those of a later one get no slot.

use std::time::{Duration, Instant};

use super::state::{NodeState, Served};
use crate::stream;

/// How soon a waiting ticket follows the one before: many times what a server needs for one. With less, a later cluster would get slots
/// while calls of an earlier one wait; with more, slots stay empty for longer after the last of these.
const SOON: Duration = Duration::from_millis(100);

impl Served {
    /// Whether calls wait in this queue, as far as is known. A requested ticket that waits comes at once. One that does not come was taken
    /// by another node.
    fn has_waiting(&self, now: Instant) -> bool {
        let is_recent = self.heard.is_some_and(|heard| now < heard + SOON);
        let is_open = is_recent || self.wanted == 0 || self.at_once > 0;
        self.has_more && self.missing.is_none() && is_open
    }
}

impl NodeState {
    /// Whether calls of an earlier cluster than that of this queue wait. A cluster whose stream is missing does not count.
    pub(super) fn is_behind(&self, at: usize) -> bool {
        let own = self.served[at].cluster.name;
        let mut earlier = self.served.iter();
        let mut earlier = earlier
            .by_ref()
            .take_while(|served| served.cluster.name != own);
        let now = Instant::now();
        earlier.any(|served| served.has_waiting(now))
    }

    /// Records whether the queue has more tickets for this release, which each ticket says. Only a node of several clusters needs that.
    pub(super) fn note_more(&mut self, at: usize, ack: &str) {
        let names = [self.served.first(), self.served.last()];
        let [Some(first), Some(last)] = names.map(|served| Some(served?.cluster.name)) else {
            return;
        };
        if first != last {
            self.served[at].has_more = stream::pending(ack) > 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{cluster::Cluster, release::Release};

    /// The last ticket said that there are more. They come, or other nodes have taken them and the server says nothing for seconds.
    #[test]
    fn what_others_have_taken_does_not_wait() {
        static EARLIER: Cluster = Cluster::new("earlier");
        let release = Release {
            word: String::new(),
            functions: Vec::new(),
        };
        let mut served = Served::new(&EARLIER, 0, release);
        served.wanted = 3;
        served.arrived();
        let Some(heard) = served.heard else {
            panic!("it has arrived");
        };
        assert!(!served.has_waiting(heard));
        served.has_more = true;
        assert!(served.has_waiting(heard) && served.has_waiting(heard + SOON / 2));
        assert!(!served.has_waiting(heard + SOON));
        // The server will say whether there are more.
        served.at_once = 1;
        assert!(served.has_waiting(heard + SOON));
        // Nothing is requested, so nothing can come.
        served.forget_requests();
        assert!(served.has_waiting(heard + SOON));
        served.missing = Some(heard);
        assert!(!served.has_waiting(heard));
    }
}
