//! Claims that were given up because their callers did not answer. A caller that was only stopped reads them when it continues: it may
//! give the call to this node, whoever has the ticket by then. It names the call in its questions, and then the node claims it once more,
//! as soon as there is a slot. So a body begins with the answer to a claim that waits for one, and not with any that comes late.

use std::{
    collections::{BTreeSet, HashMap},
    time::{Duration, Instant},
};

use super::{
    state::NodeState,
    work::{Claim, Key},
};

/// How long they are kept. A choice: servers close the connection of a program that is stopped for longer, unless they are told otherwise.
const KEPT: Duration = Duration::from_secs(600);

/// The claims that were given up, and when they were, or were named last.
#[derive(Debug, Default)]
pub(super) struct Unanswered {
    all: HashMap<Key, (Claim, Instant)>,
    /// Those of calls that this node has, as their callers say. They wait for slots.
    named: BTreeSet<Key>,
}

impl Unanswered {
    /// Returns whether there was such a claim.
    pub(super) fn remove(&mut self, key: &Key) -> bool {
        self.all.remove(key).is_some()
    }

    /// The caller says that this node has the call. Returns whether it is one of these.
    pub(super) fn name(&mut self, key: &Key, now: Instant) -> bool {
        let Some((_, since)) = self.all.get_mut(key) else {
            return false;
        };
        *since = now;
        self.named.insert(key.clone());
        true
    }

    pub(super) fn forget_old(&mut self, now: Instant) {
        self.all.retain(|_, (_, since)| now < *since + KEPT);
    }
}

impl NodeState {
    /// Gives up a claim. Its caller may only be stopped, and takes its call for queued. If it has ended, a later claim finds that nobody
    /// receives it.
    pub(super) async fn give_up(&mut self, key: Key, later: Vec<u8>, now: Instant) {
        if let Some(claim) = self.drop_claim(&key, later).await {
            self.unanswered.all.insert(key, (claim, now));
        }
    }

    /// Claims those again of which callers say that this node has them. One that does not answer gets no more slots, as with tickets, and
    /// one that does names the others soon.
    pub(super) fn claim_unanswered(&mut self) {
        while self.busy < self.slots
            && !self.is_full()
            && let Some(key) = self.unanswered.named.pop_first()
        {
            if self.is_silent(&key.0) {
                continue;
            }
            let Some((claim, _)) = self.unanswered.all.remove(&key) else {
                continue;
            };
            self.busy += 1;
            let anew = Claim {
                first: Instant::now(),
                asked: None,
                ..claim
            };
            self.claims.insert(key, anew);
        }
    }
}
