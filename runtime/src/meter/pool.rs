//! What the pools of one name measure together, and who among them lives.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Weak, atomic::AtomicU64},
    time::Duration,
};

use super::function::{Left, Spans, Ticket, Times, count, read};
use crate::{
    site::Site,
    snapshot::{Calls, Histogram},
    stats::Stats,
    sync::Mutex,
};

/// What the pools of one name have measured. Never freed: names are few, and counters must not fall.
pub(crate) struct PoolMeter {
    done: AtomicU64,
    panicked: AtomicU64,
    cancelled: AtomicU64,
    refused: AtomicU64,
    times: Spans,
    members: Mutex<Vec<Weak<dyn Member>>>,
    occupants: Mutex<Vec<Weak<Slot>>>,
}

/// A pool that can be looked at.
pub(crate) trait Member: Send + Sync {
    /// What waits, what runs, how many threads there are. Its other counters are not looked at.
    fn now(&self) -> Stats;
    /// How many bodies may run at once.
    fn limit(&self) -> Option<usize>;
    /// The call that has waited longest.
    fn longest_wait(&self) -> Option<Waits>;
}

/// A call that waits.
#[derive(Clone, Copy)]
pub(crate) struct Waits {
    pub(crate) site: &'static Site,
    pub(crate) time: Duration,
}

/// Leads to what the pools of one name measure, if they have a name.
#[derive(Clone, Copy, Default)]
pub(crate) struct Pooled(Option<&'static PoolMeter>);

impl Pooled {
    pub(crate) fn named(name: &'static str) -> Self {
        Self(Some(meter(name)))
    }

    pub(crate) fn done(self, times: Times) {
        if let Some(meter) = self.0 {
            meter.times.add(times);
            count(&meter.done);
        }
    }

    pub(crate) fn panicked(self, times: Times) {
        if let Some(meter) = self.0 {
            meter.times.add(times);
            count(&meter.panicked);
        }
    }

    pub(crate) fn leave(self, why: Left) {
        if let Some(meter) = self.0 {
            count(match why {
                Left::Cancelled => &meter.cancelled,
                Left::Refused => &meter.refused,
            });
        }
    }

    /// A thread begins to work for the pool.
    pub(crate) fn occupy(self) -> Occupant {
        let Some(meter) = self.0 else {
            return Occupant(None);
        };
        let slot = Arc::<Slot>::default();
        let mut occupants = meter.occupants.lock();
        if occupants.len() == occupants.capacity() {
            occupants.retain(|slot| slot.strong_count() > 0);
        }
        occupants.push(Arc::downgrade(&slot));
        Occupant(Some(slot))
    }
}

/// The function that a thread runs.
type Slot = Mutex<Option<&'static Site>>;

/// Says which function a thread runs, for as long as it works for a pool.
pub(crate) struct Occupant(Option<Arc<Slot>>);

impl Occupant {
    pub(crate) fn set(&self, site: Option<&'static Site>) {
        if let Some(slot) = &self.0 {
            *slot.lock() = site;
        }
    }
}

impl PoolMeter {
    fn new() -> Self {
        Self {
            done: AtomicU64::new(0),
            panicked: AtomicU64::new(0),
            cancelled: AtomicU64::new(0),
            refused: AtomicU64::new(0),
            times: Spans::new(),
            members: Mutex::default(),
            occupants: Mutex::default(),
        }
    }

    /// The pools of this name that live.
    pub(crate) fn members(&self) -> Vec<Arc<dyn Member>> {
        let members = self.members.lock();
        members.iter().filter_map(Weak::upgrade).collect()
    }

    /// What their threads run.
    pub(crate) fn occupants(&self) -> Vec<&'static Site> {
        let slots: Vec<_> = self
            .occupants
            .lock()
            .iter()
            .filter_map(Weak::upgrade)
            .collect();
        slots.iter().filter_map(|slot| *slot.lock()).collect()
    }

    /// What has ended and what goes on, the waits and the runs.
    pub(crate) fn read(&self, now: &Stats) -> (Calls, Histogram, Histogram) {
        let (wait, run) = self.times.read();
        let mut calls = Calls {
            queued: now.queued as u64,
            running: now.running as u64,
            done: read(&self.done),
            panicked: read(&self.panicked),
            cancelled: read(&self.cancelled),
            refused: read(&self.refused),
            ..Calls::default()
        };
        calls.started = calls.queued + calls.running + calls.ended();
        (calls, wait, run)
    }
}

/// The calls in a queue that cannot be looked into, oldest first.
#[derive(Default)]
pub(crate) struct Line(Mutex<VecDeque<(Option<&'static Site>, Ticket)>>);

impl Line {
    pub(crate) fn push(&self, site: Option<&'static Site>) {
        self.0.lock().push_back((site, Ticket::now()));
    }

    pub(crate) fn pop(&self) {
        self.0.lock().pop_front();
    }

    pub(crate) fn len(&self) -> usize {
        self.0.lock().len()
    }

    pub(crate) fn longest_wait(&self) -> Option<Waits> {
        let line = self.0.lock();
        let (site, ticket) = line.front()?;
        Some(Waits {
            site: (*site)?,
            time: ticket.waited(),
        })
    }
}

/// Has `pool` looked at under `name` for as long as it lives.
pub(crate) fn enlist<P: Member + 'static>(name: &'static str, pool: &Arc<P>) {
    let pool: Arc<dyn Member> = Arc::clone(pool) as _;
    let mut members = meter(name).members.lock();
    // A `Weak` that is dropped runs no code of a user's.
    members.retain(|member| member.strong_count() > 0);
    members.push(Arc::downgrade(&pool));
}

/// Every name, and what its pools have measured.
pub(crate) fn pools() -> Vec<(&'static str, &'static PoolMeter)> {
    let pools = POOLS.lock();
    pools.iter().map(|(name, meter)| (*name, *meter)).collect()
}

static POOLS: Mutex<BTreeMap<&'static str, &'static PoolMeter>> = Mutex::new(BTreeMap::new());

fn meter(name: &'static str) -> &'static PoolMeter {
    let mut pools = POOLS.lock();
    pools
        .entry(name)
        .or_insert_with(|| Box::leak(Box::new(PoolMeter::new())))
}
