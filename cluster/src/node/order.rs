//! The order of the clusters of a node: while calls of an earlier one wait, those of a later one get no slot.

use super::host::Host;
use crate::stream;

impl Host {
    /// Whether calls of an earlier cluster than that of this queue wait. One whose stream is missing holds up nobody.
    pub(super) fn is_behind(&self, at: usize) -> bool {
        let own = self.served[at].cluster.name;
        let mut earlier = self.served.iter();
        let mut earlier = earlier
            .by_ref()
            .take_while(|served| served.cluster.name != own);
        earlier.any(|served| served.has_more && served.missing.is_none())
    }

    /// A ticket says how many more its queue has for this release. Only a node of several clusters needs to know.
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
