//! Claims that were given up because their callers did not answer. A caller that was only stopped reads a claim when it continues, and may
//! grant the call to this node, whichever node has the ticket by then. It then names the call in its questions, and the node claims it once
//! more as soon as there is a slot. So a body begins only with the answer to a claim that is waiting, and not with a late one.

use std::{
    collections::{BTreeSet, HashMap},
    time::{Duration, Instant},
};

use super::{
    state::NodeState,
    work::{CallId, Claim},
};

/// How long they are kept. A choice: by default, servers close the connection of a program that is stopped for longer.
const KEPT: Duration = Duration::from_secs(600);

/// The claims that were given up, and when each was, or was last named.
#[derive(Debug, Default)]
pub(super) struct Unanswered {
    all: HashMap<CallId, (Claim, Instant)>,
    /// The calls that this node has according to their callers. They wait for slots.
    named: BTreeSet<CallId>,
}

impl Unanswered {
    /// Returns whether there was such a claim.
    pub(super) fn remove(&mut self, id: &CallId) -> bool {
        self.all.remove(id).is_some()
    }

    /// The caller says that this node has the call. Returns whether there is a claim of it here.
    pub(super) fn name(&mut self, id: &CallId, now: Instant) -> bool {
        let Some((_, since)) = self.all.get_mut(id) else {
            return false;
        };
        *since = now;
        self.named.insert(id.clone());
        true
    }

    pub(super) fn forget_old(&mut self, now: Instant) {
        self.all.retain(|_, (_, since)| now < *since + KEPT);
    }
}

impl NodeState {
    /// Gives up a claim. Its caller may only be stopped, and then its call counts as queued there. If the caller has ended, the server says
    /// so for a later claim.
    pub(super) async fn give_up(&mut self, id: CallId, later: Vec<u8>, now: Instant) {
        if let Some(claim) = self.drop_claim(&id, later).await {
            self.unanswered.all.insert(id, (claim, now));
        }
    }

    /// Claims calls again that this node has according to their callers. A caller that does not answer gets no more slots, as with tickets;
    /// one that answers names its other calls soon.
    pub(super) fn claim_unanswered(&mut self) {
        while self.busy < self.slots
            && !self.is_full()
            && let Some(id) = self.unanswered.named.pop_first()
        {
            if self.is_silent(&id.caller) {
                continue;
            }
            let Some((claim, _)) = self.unanswered.all.remove(&id) else {
                continue;
            };
            self.busy += 1;
            let anew = Claim {
                first: Instant::now(),
                asked: None,
                ..claim
            };
            self.claims.insert(id, anew);
        }
    }
}
