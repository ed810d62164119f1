//! Bodies that wait for each other in a circle, through the queues of full lanes.
//!
//! A body inside `block_on` waits for the calls that it made there. A call that is queued waits for a body of its lane to end. If all
//! bodies of a lane wait for its own queued calls in this way, none of them ends before one of the calls runs.

use std::{
    collections::{HashMap, HashSet},
    slice,
    sync::Arc,
};

use super::{lane::Lane, task::Task};
use crate::call::{
    blocked::{Blocked, ThreadHome, Waiters},
    signal::Signal,
    traits::Run,
};

/// For how many bodies it is tried to find one that called them here. A choice: most need one.
const MOST_TRIED: usize = 64;

impl<T: Task> Lane<T> {
    /// If no thread of this lane will come to a queued call, offers one to a body that waits for it, directly or through others.
    pub(crate) fn ease(self: &Arc<Self>) {
        let Some((bodies, calls)) = self.awaited_calls() else {
            return;
        };
        let callers = calls.iter().map(|(caller, _)| Arc::clone(caller));
        let waiters = Waiters {
            bodies,
            callers: callers.collect(),
        };
        let by_caller = |(caller, call)| (Arc::as_ptr(&caller), call);
        let calls: HashMap<_, _> = calls.into_iter().map(by_caller).collect();
        let take = |caller: &Arc<Blocked>, body: Arc<Blocked>| {
            let call = calls.get(&Arc::as_ptr(caller))?;
            let is_new = !body.was_offered(call.cell());
            let offer = || (Arc::clone(caller), body.clone(), Arc::clone(call));
            (is_new && body.may_take_for(caller)).then(offer)
        };
        let called_from_here = |caller| take(caller, caller.find(&self.signal)?);
        let mut callers = waiters.callers.iter().take(MOST_TRIED);
        let found = callers.find_map(called_from_here);
        if let Some((caller, blocked, call)) = found.or_else(|| way_out(&waiters, take)) {
            self.offer(&call, &caller, &blocked);
        }
    }

    /// The bodies here, and the first queued call of each body that waits for any, if all bodies here wait and no further one may start.
    fn awaited_calls(&self) -> Option<(Vec<Arc<Blocked>>, Vec<AwaitedCall>)> {
        let mut gone = Vec::new();
        let mut queue = self.queue.lock();
        let bodies = queue.all_waiting()?.to_vec();
        let first = queue.awaited.first_of_each(&mut gone);
        drop(queue);
        drop(gone);
        let calls = first.into_iter();
        let calls = calls.filter_map(|call| Some((caller_of(&call)?, call)));
        Some((bodies, calls.collect()))
    }

    /// The bodies here and who waits for the queued calls, if all bodies wait and no further one may start.
    pub(super) fn all_waiters(&self) -> Option<Waiters> {
        let (bodies, calls) = self.awaited_calls()?;
        let callers = calls.into_iter().map(|(caller, _)| caller).collect();
        Some(Waiters { bodies, callers })
    }
}

/// The body that waits for a queued call, and the call.
type AwaitedCall = (Arc<Blocked>, Arc<dyn Run>);

/// The body that waits for the call.
pub(super) fn caller_of(call: &Arc<dyn Run>) -> Option<Arc<Blocked>> {
    let caller = call.awaited_by();
    caller.filter(|caller| !caller.has_ended())
}

/// If every body of the lane waits for one of the calls queued there, directly or through others: the body that made such a call,
/// and a body of the lane that waits for it and so may run it, if `take` takes both.
fn way_out<T>(
    lane: &Waiters,
    take: impl Fn(&Arc<Blocked>, Arc<Blocked>) -> Option<T>,
) -> Option<T> {
    let mut lanes = WaitersOf::default();
    let stuck = HeldUp::behind(&lane.callers, &mut lanes, |held, bodies| {
        held.has_all(bodies)
    });
    if !stuck.has_all(&lane.bodies) {
        return None;
    }
    lane.callers.iter().take(MOST_TRIED).find_map(|caller| {
        let first = slice::from_ref(caller);
        // Only through lanes none of whose bodies can end otherwise.
        let waits = HeldUp::behind(first, &mut lanes, |held, bodies| {
            stuck.has_all(bodies) && bodies.iter().any(|body| held.has(body))
        });
        let mut bodies = lane.bodies.iter().rev().filter(|body| waits.has(body));
        bodies.find_map(|body| take(caller, Arc::clone(body)))
    })
}

/// What the lanes have said of themselves, each once.
type WaitersOf = HashMap<*const Signal, Option<Waiters>>;

/// Bodies that cannot go on before others do.
#[derive(Default)]
struct HeldUp {
    all: Vec<Arc<Blocked>>,
    known: HashSet<*const Blocked>,
}

impl HeldUp {
    /// The bodies `first`, and those that wait for them. `holds` says of the bodies of a full lane whether they hold up what is queued
    /// there.
    fn behind(
        first: &[Arc<Blocked>],
        lanes: &mut WaitersOf,
        holds: impl Fn(&Self, &[Arc<Blocked>]) -> bool,
    ) -> Self {
        let mut held = Self::default();
        for body in first {
            held.add(body);
        }
        let mut before = 0;
        while held.all.len() > before {
            before = held.all.len();
            for home in held.homes() {
                let lane = lanes.entry(Arc::as_ptr(home.signal()));
                let lane = lane.or_insert_with(|| home.waiters());
                let callers = lane.iter().filter(|lane| holds(&held, &lane.bodies));
                let callers: Vec<_> = callers.flat_map(|lane| &lane.callers).cloned().collect();
                for body in &callers {
                    held.add(body);
                }
            }
        }
        held
    }

    /// Adds a body, and those that it holds up itself.
    fn add(&mut self, body: &Arc<Blocked>) {
        let mut open = vec![Arc::clone(body)];
        while let Some(body) = open.pop() {
            if self.known.insert(Arc::as_ptr(&body)) {
                open.extend(body.held_up());
                self.all.push(body);
            }
        }
    }

    /// The threads that they are on, each group once.
    fn homes(&self) -> Vec<Arc<dyn ThreadHome>> {
        let mut known = HashSet::new();
        let homes = self.all.iter().filter_map(|body| body.home());
        let mut homes: Vec<_> = homes.cloned().collect();
        homes.retain(|home| known.insert(Arc::as_ptr(home.signal())));
        homes
    }

    fn has(&self, body: &Arc<Blocked>) -> bool {
        self.known.contains(&Arc::as_ptr(body))
    }

    fn has_all(&self, bodies: &[Arc<Blocked>]) -> bool {
        bodies.iter().all(|body| self.has(body))
    }
}
