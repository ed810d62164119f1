//! The measurements that pools of one name share, and which of these pools exist.

use std::{
    collections::BTreeMap,
    sync::{Arc, Weak, atomic::AtomicU64},
    time::Duration,
};

use super::{
    cluster::ClusterSnapshot,
    counts::Stats,
    thread::{ThreadSlot, occupants},
};
use crate::{
    call::{
        cache_padded::CachePadded,
        meter::{EndCounts, Measured, Times, WaitRunHistograms, count, number, read},
        outcome::{EndCounters, Ending},
        site::Site,
        traits::Run,
    },
    sync::Mutex,
};

/// The measurements of all pools of one name. Never freed: names are few, and counters must not fall.
pub(crate) struct PoolMeter {
    /// From one, in the order of first use.
    number: u32,
    /// Counted by those who call, unlike the others.
    started: CachePadded<AtomicU64>,
    ends: EndCounters,
    times: WaitRunHistograms,
    sources: Mutex<Vec<Weak<dyn PoolSource>>>,
}

/// A pool that can be looked at.
pub(crate) trait PoolSource: Send + Sync {
    /// The calls that wait and run, and the number of threads. Other counters are not read.
    fn now(&self) -> Stats;
    /// How many bodies may run at once.
    fn limit(&self) -> Option<usize>;
    /// The call that has waited longest.
    fn longest_wait(&self) -> Option<Waits>;
    /// The counters of its nodes.
    fn cluster(&self) -> Option<ClusterSnapshot> {
        None
    }
    /// The bodies that run outside of this process.
    fn elsewhere(&self) -> Vec<&'static Site> {
        Vec::new()
    }
}

/// A call that waits.
#[derive(Clone, Copy)]
pub(crate) struct Waits {
    pub(crate) site: &'static Site,
    pub(crate) time: Duration,
}

impl Waits {
    /// How long `call` has waited, if it still does.
    pub(crate) fn of(call: &Arc<dyn Run>) -> Option<Self> {
        Some(Self {
            site: call.site(),
            time: call.submitted_at()?.waited(),
        })
    }
}

/// Leads to what the pools of one name measure, if they have a name.
#[derive(Clone, Copy, Default)]
pub(crate) struct PoolMeterRef(Option<&'static PoolMeter>);

impl PoolMeterRef {
    pub(crate) fn named(name: &'static str) -> Self {
        Self(Some(meter(name)))
    }

    pub(crate) fn start(self) {
        if let Some(meter) = self.0 {
            count(&meter.started.0);
        }
    }

    pub(crate) fn end(self, ending: Ending, times: Times) {
        let Some(meter) = self.0 else { return };
        if !matches!(ending, Ending::Cancelled | Ending::Refused) {
            meter.times.add(times);
        }
        meter.ends.add(ending);
    }

    /// This thread begins to work for the pool.
    pub(crate) fn occupy(self) -> ThreadSlot {
        ThreadSlot::begin(self.0.map(|meter| meter.number))
    }

    /// The function of one of the bodies that run for the pool.
    pub(crate) fn occupant(self) -> Option<&'static Site> {
        occupants(self.0?.number).first().copied()
    }
}

impl PoolMeter {
    fn new(number: u32) -> Self {
        Self {
            number,
            started: CachePadded(AtomicU64::new(0)),
            ends: EndCounters::default(),
            times: WaitRunHistograms::new(),
            sources: Mutex::default(),
        }
    }

    /// The pools of this name that live.
    pub(crate) fn sources(&self) -> Vec<Arc<dyn PoolSource>> {
        let sources = self.sources.lock();
        sources.iter().filter_map(Weak::upgrade).collect()
    }

    /// The bodies that run there.
    pub(crate) fn occupants(&self) -> Vec<&'static Site> {
        let sources = self.sources();
        let elsewhere = sources.iter().flat_map(|source| source.elsewhere());
        occupants(self.number)
            .into_iter()
            .chain(elsewhere)
            .collect()
    }

    /// The measurements.
    pub(crate) fn read(&self) -> Measured {
        let ended = EndCounts::read(&self.ends);
        Measured {
            ended,
            abandoned: 0,
            begun: 0,
            // Read last: every end has a beginning.
            started: read(&self.started.0),
            times: self.times.read(),
        }
    }
}

/// The calls in queues that cannot be looked into, by number, in order of arrival.
#[derive(Default)]
pub(crate) struct QueueView(Mutex<BTreeMap<u64, Option<Weak<dyn Run>>>>);

/// The number of a call in a line.
#[derive(Clone, Copy)]
pub(crate) struct QueueSlot(u64);

impl QueueView {
    pub(crate) fn push(&self, call: Option<&Arc<dyn Run>>) -> QueueSlot {
        let mut line = self.0.lock();
        let number = line.last_key_value().map_or(0, |(last, _)| last + 1);
        line.insert(number, call.map(Arc::downgrade));
        QueueSlot(number)
    }

    pub(crate) fn remove(&self, slot: QueueSlot) {
        // Only a weak pointer: no code of a user's runs.
        self.0.lock().remove(&slot.0);
    }

    pub(crate) fn len(&self) -> usize {
        self.0.lock().len()
    }

    /// The wait of the first call that still waits.
    pub(crate) fn longest_wait(&self) -> Option<Waits> {
        let mut from = 0;
        loop {
            let (number, call) = self.next(from)?;
            if let Some(waits) = call.as_ref().and_then(Waits::of) {
                return Some(waits);
            }
            from = number + 1;
        }
    }

    /// The first call from a number on. It is let go of outside the lock, in case that frees it.
    fn next(&self, from: u64) -> Option<(u64, Option<Arc<dyn Run>>)> {
        let line = self.0.lock();
        let (number, call) = line.range(from..).next()?;
        Some((*number, call.as_ref().and_then(Weak::upgrade)))
    }
}

/// Has `pool` looked at under `name` for as long as it lives.
pub(crate) fn register<P: PoolSource + 'static>(name: &'static str, pool: &Arc<P>) {
    let pool: Arc<dyn PoolSource> = Arc::clone(pool) as _;
    let mut sources = meter(name).sources.lock();
    // A `Weak` that is dropped runs no code of a user's.
    sources.retain(|source| source.strong_count() > 0);
    sources.push(Arc::downgrade(&pool));
}

/// Every name, and what its pools have measured.
pub(crate) fn pools() -> Vec<(&'static str, &'static PoolMeter)> {
    let pools = POOLS.lock();
    pools.iter().map(|(name, meter)| (*name, *meter)).collect()
}

static POOLS: Mutex<BTreeMap<&'static str, &'static PoolMeter>> = Mutex::new(BTreeMap::new());

fn meter(name: &'static str) -> &'static PoolMeter {
    let mut pools = POOLS.lock();
    let next = number(pools.len());
    pools
        .entry(name)
        .or_insert_with(|| Box::leak(Box::new(PoolMeter::new(next))))
}
