//! Bodies that wait for each other in a circle, through the queues of full lanes.
//!
//! A body inside `block_on` waits for the calls that it awaits there. A queued call waits until a body of its full lane ends. If all
//! bodies of a lane wait in this way for calls in its own queue, none of them ends before one of these calls runs.

use std::{
    collections::{HashMap, HashSet},
    slice,
    sync::Arc,
};

use super::{lane::Lane, task::Task};
use crate::call::{
    block_on::blocked::{Blocked, ThreadHome, Waiters},
    signal::Signal,
    traits::Run,
};

/// How many waiting bodies are tried in one search. Not measured: the first one nearly always has a call that can be offered.
const MOST_TRIED: usize = 64;

impl<T: Task> Lane<T> {
    /// If no thread of this lane can take a queued call, offers one to a body that waits for it, directly or through others.
    pub(crate) fn offer_awaited(self: &Arc<Self>) {
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
        if let Some((caller, blocked, call)) = found.or_else(|| find_in_circle(&waiters, take)) {
            self.offer(&call, &caller, &blocked);
        }
    }

    /// The bodies here, and the first queued call of each body that awaits any, if all bodies here wait and the limit allows no further
    /// one.
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

    /// The bodies here and the bodies that await queued calls, if all bodies here wait and the limit allows no further body.
    pub(super) fn all_waiters(&self) -> Option<Waiters> {
        let (bodies, calls) = self.awaited_calls()?;
        let callers = calls.into_iter().map(|(caller, _)| caller).collect();
        Some(Waiters { bodies, callers })
    }
}

/// The body that awaits a queued call, and the call.
type AwaitedCall = (Arc<Blocked>, Arc<dyn Run>);

/// The body that awaits the call.
pub(super) fn caller_of(call: &Arc<dyn Run>) -> Option<Arc<Blocked>> {
    let caller = call.awaited_by();
    caller.filter(|caller| !caller.has_ended())
}

/// If every body of the lane waits for one of the calls queued there, directly or through others: the body that awaits such a call, and
/// a body of the lane that waits for that body and so may run the call. `take` accepts the pair.
fn find_in_circle<T>(
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
        // Only through lanes none of whose bodies can end in another way.
        let waits = HeldUp::behind(first, &mut lanes, |_, bodies| stuck.has_all(bodies));
        let mut bodies = lane.bodies.iter().rev().filter(|body| waits.has(body));
        bodies.find_map(|body| take(caller, Arc::clone(body)))
    })
}

/// The answers of the lanes; each is asked once.
type WaitersOf = HashMap<*const Signal, Option<Waiters>>;

/// A set of bodies that cannot continue before certain other bodies do.
#[derive(Default)]
struct HeldUp {
    all: Vec<Arc<Blocked>>,
    known: HashSet<*const ()>,
}

impl HeldUp {
    /// The bodies `first`, and all bodies that wait for them. `holds` says whether the bodies of a full lane hold up the calls queued
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

    /// Adds a body, and the bodies that it holds up directly.
    fn add(&mut self, body: &Arc<Blocked>) {
        let mut open = vec![Arc::clone(body)];
        while let Some(body) = open.pop() {
            if self.known.insert(body.address()) {
                open.extend(body.held_up());
                self.all.push(body);
            }
        }
    }

    /// The groups of threads that these bodies run on, each once.
    fn homes(&self) -> Vec<Arc<dyn ThreadHome>> {
        let mut known = HashSet::new();
        let homes = self.all.iter().filter_map(|body| body.home());
        let mut homes: Vec<_> = homes.cloned().collect();
        homes.retain(|home| known.insert(Arc::as_ptr(home.signal()).cast::<()>()));
        homes
    }

    fn has(&self, body: &Arc<Blocked>) -> bool {
        self.known.contains(&body.address())
    }

    fn has_all(&self, bodies: &[Arc<Blocked>]) -> bool {
        bodies.iter().all(|body| self.has(body))
    }
}
