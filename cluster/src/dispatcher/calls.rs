//! The calls of the dispatcher, with an index by the time at which something is due, one by route, and one by node.
//!
//! So the cost of an event depends on the calls that it concerns, and not on the number of all calls.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
    time::Instant,
};

use super::{
    call::{Call, State, Transfer},
    rate::{Direction, VirtualTime},
    route::RouteKey,
};

/// All calls that have not ended. Only [`Calls::change`] changes a call, and it updates the indexes.
#[derive(Debug, Default)]
pub(super) struct Calls {
    all: HashMap<u64, Call>,
    due: BTreeSet<(Instant, u64)>,
    /// The calls that wait for a node, by the release whose queue they are in, if any.
    waiting: HashMap<RouteKey, BTreeMap<Option<Arc<str>>, BTreeSet<u64>>>,
    /// The calls that each node has, and since when.
    at_nodes: HashMap<Arc<str>, BTreeSet<(Instant, u64)>>,
    /// The calls whose arguments are being sent in parts, and those whose results are.
    transfers: [Direction; 2],
    /// How many calls were looked at, for tests.
    #[cfg(test)]
    pub(super) looks: std::cell::Cell<usize>,
}

impl Calls {
    pub(super) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    pub(super) fn get(&self, id: u64) -> Option<&Call> {
        self.looked_at(1);
        self.all.get(&id)
    }

    pub(super) fn insert(&mut self, call: Call) {
        self.looked_at(1);
        let id = call.new.id;
        let spot = Spot::of(&call);
        if self.all.insert(id, call).is_none() {
            self.file(id, spot);
        }
    }

    pub(super) fn remove(&mut self, id: u64) -> Option<Call> {
        self.looked_at(1);
        let call = self.all.remove(&id)?;
        self.unfile(id, &Spot::of(&call));
        Some(call)
    }

    /// Changes a call and updates the indexes.
    pub(super) fn change<R>(&mut self, id: u64, change: impl FnOnce(&mut Call) -> R) -> Option<R> {
        self.looked_at(1);
        let call = self.all.get_mut(&id)?;
        let before = Spot::of(call);
        let result = change(call);
        let after = Spot::of(call);
        if before != after {
            self.unfile(id, &before);
            self.file(id, after);
        }
        Some(result)
    }

    /// All calls, for events that concern all of them.
    pub(super) fn ids(&self) -> Vec<u64> {
        self.those(|_| true)
    }

    /// The calls for which the condition holds. It looks at all calls.
    pub(super) fn those(&self, which: impl Fn(&Call) -> bool) -> Vec<u64> {
        self.looked_at(self.all.len());
        let those = self.all.iter().filter(|(_, call)| which(call));
        those.map(|(id, _)| *id).collect()
    }

    /// The calls for which something is due.
    pub(super) fn due(&self, now: Instant) -> Vec<u64> {
        let due = self.due.range(..=(now, u64::MAX));
        due.map(|(_, id)| *id).collect()
    }

    /// Whether calls of that route wait for a node.
    pub(super) fn is_waited_for(&self, route: RouteKey) -> bool {
        self.waiting.contains_key(&route)
    }

    /// The calls that wait for a node but not in a queue of `release`, in the order in which they were made.
    pub(super) fn waiting(&self, route: RouteKey, release: Option<&Arc<str>>) -> Vec<u64> {
        let groups = self.waiting.get(&route).into_iter().flatten();
        let others = groups.filter(|(other, _)| release.is_none() || other.as_ref() != release);
        let mut ids: Vec<_> = others.flat_map(|(_, ids)| ids).copied().collect();
        ids.sort_unstable();
        ids
    }

    /// The nodes that have had a call at least since that time.
    pub(super) fn nodes_since(&self, then: Instant) -> Vec<Arc<str>> {
        let nodes = self.at_nodes.iter();
        let old = nodes.filter(|(_, calls)| calls.first().is_some_and(|(since, _)| *since <= then));
        old.map(|(node, _)| Arc::clone(node)).collect()
    }

    /// The calls that a node has had at least since that time.
    pub(super) fn at_node_since(&self, node: &str, then: Instant) -> Vec<u64> {
        let calls = self.at_nodes.get(node).into_iter();
        let old = calls.flat_map(|calls| calls.range(..=(then, u64::MAX)));
        old.map(|(_, id)| *id).collect()
    }

    /// All calls that a node has.
    pub(super) fn at_node(&self, node: &str) -> Vec<u64> {
        let calls = self.at_nodes.get(node).into_iter().flatten();
        calls.map(|(_, id)| *id).collect()
    }

    /// When a node was given the latest of its calls.
    pub(super) fn given_last(&self, node: &str) -> Option<Instant> {
        let calls = self.at_nodes.get(node)?;
        calls.last().map(|(since, _)| *since)
    }

    /// Advances the virtual time to `now`. Must be called before calls change.
    pub(super) fn passes(&mut self, now: Instant) {
        self.transfers.iter_mut().for_each(|it| it.passes(now));
    }

    /// The virtual time of that direction.
    pub(super) fn time(&mut self, transfer: Transfer, now: Instant) -> VirtualTime {
        self.passes(now);
        self.transfers[transfer as usize].time()
    }

    /// How many values there were at most in that direction since then.
    pub(super) fn transfers_since(&self, transfer: Transfer, then: Instant) -> usize {
        self.transfers[transfer as usize].most_since(then)
    }

    fn file(&mut self, id: u64, spot: Spot) {
        if let Some(due) = spot.due {
            self.due.insert((due, id));
        }
        if let Some(transfer) = spot.transfer {
            self.transfers[transfer as usize].begins();
        }
        match spot.place {
            CallPlace::Held => {}
            CallPlace::Waiting(route, release) => {
                let groups = self.waiting.entry(route).or_default();
                groups.entry(release).or_default().insert(id);
            }
            CallPlace::Node(node, since) => {
                self.at_nodes.entry(node).or_default().insert((since, id));
            }
        }
    }

    /// Removes the call from the indexes. Entries that become empty are removed too.
    fn unfile(&mut self, id: u64, spot: &Spot) {
        if let Some(due) = spot.due {
            self.due.remove(&(due, id));
        }
        if let Some(transfer) = spot.transfer {
            self.transfers[transfer as usize].ends();
        }
        match &spot.place {
            CallPlace::Held => {}
            CallPlace::Waiting(route, release) => {
                let Some(groups) = self.waiting.get_mut(route) else {
                    return;
                };
                if let Some(group) = groups.get_mut(release) {
                    group.remove(&id);
                    if group.is_empty() {
                        groups.remove(release);
                    }
                }
                if groups.is_empty() {
                    self.waiting.remove(route);
                }
            }
            CallPlace::Node(node, since) => {
                if let Some(calls) = self.at_nodes.get_mut(node) {
                    calls.remove(&(*since, id));
                    if calls.is_empty() {
                        self.at_nodes.remove(node);
                    }
                }
            }
        }
    }

    /// Counts calls that are looked at, for tests.
    #[cfg(test)]
    fn looked_at(&self, calls: usize) {
        self.looks.set(self.looks.get() + calls);
    }

    #[cfg(not(test))]
    #[expect(clippy::unused_self, reason = "tests count")]
    const fn looked_at(&self, _: usize) {}
}

#[cfg(test)]
impl Calls {
    /// Whether the indexes agree with the calls.
    pub(super) fn are_filed(&self) -> bool {
        let mut anew = Self::default();
        for (id, call) in &self.all {
            anew.file(*id, Spot::of(call));
        }
        let [one, other] =
            [&anew, self].map(|calls| calls.transfers.each_ref().map(Direction::values));
        let filed = (&self.due, &self.waiting, &self.at_nodes, other);
        (&anew.due, &anew.waiting, &anew.at_nodes, one) == filed
    }

    /// How many calls have something that will be due.
    pub(super) fn planned(&self) -> usize {
        self.due.len()
    }
}

/// The keys of a call in the indexes.
#[derive(Debug, PartialEq, Eq)]
struct Spot {
    due: Option<Instant>,
    transfer: Option<Transfer>,
    place: CallPlace,
}

#[derive(Debug, PartialEq, Eq)]
enum CallPlace {
    Held,
    /// The release whose queue it is in, if any.
    Waiting(RouteKey, Option<Arc<str>>),
    /// The node that has it, and since when.
    Node(Arc<str>, Instant),
}

impl Spot {
    fn of(call: &Call) -> Self {
        let route = call.new.function().route();
        let place = match &call.state {
            State::Held => CallPlace::Held,
            State::Routing => CallPlace::Waiting(route, None),
            State::Queued(queued) => CallPlace::Waiting(route, Some(Arc::clone(&queued.release))),
            State::Running(running) => CallPlace::Node(Arc::clone(&running.node), running.since),
        };
        Self {
            due: call.due(),
            transfer: call.transfer(),
            place,
        }
    }
}
