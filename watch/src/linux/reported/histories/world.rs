//! Workers and their threads as they really are, and what may be reported of them.

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use offload_limits::Seed;

use super::{Execution, State, Tid};
use crate::worker_times::Counters;

/// A place in a stay of a thread.
pub(super) type SpotOfStay = (Tid, u64, u64);

/// A thread as it really is.
pub(super) struct RealThread {
    pub(super) tid: Tid,
    /// Its worker, which the watch does not know.
    worker: usize,
    /// Where it blocks, unless it is parked.
    place: Option<u64>,
    /// How often it has gone to sleep.
    switches: u64,
    /// How often it has returned to the runtime.
    stay: u64,
    /// How many moments pass until it does something else.
    left: u64,
    /// For how many moments it has been there.
    pub(super) been: u64,
}

impl RealThread {
    pub(super) fn spot(&self) -> SpotOfStay {
        (self.tid, self.stay, self.place.unwrap_or(u64::MAX))
    }
}

/// For how many moments a thread blocks that must be reported: 40 limits.
pub(super) const LONG: u64 = 40 * 4 * MOMENTS;

/// How many moments are between two ticks.
pub(super) const MOMENTS: u64 = 10;

pub(super) struct World {
    pub(super) seed: Seed,
    /// Whether the thread is always chosen that has blocked for longest.
    pub(super) is_fair: bool,
    pub(super) threads: Vec<RealThread>,
    pub(super) counters: Vec<Counters>,
    /// How many ticks have passed.
    tick: u64,
    /// What was reported, at which tick, and in which of their waits.
    pub(super) told: HashMap<SpotOfStay, u64>,
    told_waits: HashSet<(Tid, u64)>,
    /// Where each wait is.
    waits: HashMap<(Tid, u64), SpotOfStay>,
    /// Threads that had gone on at the last tick.
    gone_on: HashSet<Tid>,
    /// At which tick a worker had returned, and the thread had gone on then or at the tick before, for the last time.
    doubts: HashMap<Tid, u64>,
    pub(super) twice: u64,
}

impl World {
    pub(super) fn new(seed: u64, count: usize) -> Self {
        let mut seed = Seed::new(seed);
        let mut workers: Vec<_> = (0..count).collect();
        let threads = (0..count).map(|tid| RealThread {
            tid: Tid::try_from(tid).unwrap() + 1,
            worker: workers.swap_remove(seed.index(workers.len())),
            place: None,
            switches: 1,
            stay: 0,
            left: 1,
            been: 0,
        });
        let threads = threads.collect();
        let parked = Counters {
            parks: 1,
            busy: Duration::ZERO,
        };
        Self {
            is_fair: seed.below(2) == 0,
            seed,
            threads,
            counters: vec![parked; count],
            tick: 0,
            told: HashMap::new(),
            told_waits: HashSet::new(),
            waits: HashMap::new(),
            gone_on: HashSet::new(),
            doubts: HashMap::new(),
            twice: 0,
        }
    }

    /// Some moments pass.
    pub(super) fn pass(&mut self, moments: u64) {
        for _ in 0..moments {
            for index in 0..self.threads.len() {
                let thread = &mut self.threads[index];
                (thread.left, thread.been) = (thread.left - 1, thread.been + 1);
                if thread.left == 0 {
                    self.go_on(index);
                }
            }
        }
    }

    /// The thread goes on: in the same stay, or after a return to the runtime.
    pub(super) fn go_on(&mut self, index: usize) {
        self.assert_told_if_long(index);
        let (thread, seed) = (&mut self.threads[index], &mut self.seed);
        let counters = &mut self.counters[thread.worker];
        let returns = thread.place.is_none() || seed.below(3) == 0;
        let parks = returns && thread.place.is_some() && seed.below(2) == 0;
        if returns {
            thread.stay += 1;
            counters.busy += Duration::from_micros(1);
            counters.parks += u64::from(parks || thread.place.is_none());
        }
        thread.place = (!parks).then(|| seed.below(2));
        thread.switches += 1;
        self.waits
            .insert((thread.tid, thread.switches), thread.spot());
        thread.been = 0;
        thread.left = seed.choose(&[1, 3, 9, 30, 90, 300, LONG]) + seed.below(4);
    }

    /// No place is missed in which a thread stays for long.
    pub(super) fn assert_told_if_long(&self, index: usize) {
        let thread = &self.threads[index];
        let is_long = self.is_fair && thread.been >= LONG && thread.place.is_some();
        assert!(!is_long || self.told.contains_key(&thread.spot()), "missed");
    }

    /// Whether nothing tells just now where threads are, as where no file can be opened.
    pub(super) fn is_hidden(&self) -> bool {
        self.tick % 200 < 20
    }

    pub(super) fn counters(&mut self) -> Vec<Counters> {
        (0..self.counters.len())
            .map(|worker| {
                self.dawdle();
                self.counters[worker]
            })
            .collect()
    }

    pub(super) fn states(&mut self) -> HashMap<Tid, State> {
        (0..self.threads.len())
            .map(|index| {
                self.dawdle();
                let thread = &self.threads[index];
                let execution = Execution::Sleeping {
                    syscall: 202,
                    sp: 1,
                    pc: thread.place.unwrap_or(u64::MAX),
                };
                (thread.tid, State::now(execution, thread.switches))
            })
            .collect()
    }

    /// A tick has begun, at which a worker `has_returned` since the one before. It may be that of any thread which has gone on since.
    pub(super) fn tick(
        &mut self,
        has_returned: bool,
        (before, now): (&HashMap<Tid, State>, &HashMap<Tid, State>),
    ) {
        self.tick += 1;
        let has_slept = |tid: &Tid| before.get(tid).is_some_and(|it| now[tid].is_still(it));
        let gone_on = now.keys().copied().filter(|tid| !has_slept(tid));
        let gone_on: HashSet<_> = gone_on.collect();
        if has_returned {
            let either = gone_on.union(&self.gone_on);
            self.doubts.extend(either.map(|tid| (*tid, self.tick)));
        }
        self.gone_on = gone_on;
    }

    /// Whether it is right that this was reported, or was not.
    pub(super) fn judge(&mut self, tid: Tid, state: &State, is_new: bool) {
        let spot = self.waits[&(tid, state.switches)];
        if !is_new {
            assert!(self.told.contains_key(&spot), "lost: {spot:?}");
            return;
        }
        let is_first = self.told_waits.insert((tid, state.switches));
        assert!(is_first, "a wait twice: {spot:?}");
        if let Some(told) = self.told.insert(spot, self.tick) {
            self.twice += 1;
            assert!(self.doubts[&tid] > told, "twice: {spot:?}");
        }
    }

    /// The watch takes a while for what it does.
    pub(super) fn dawdle(&mut self) {
        let moments = self.seed.below(2);
        self.pass(moments);
    }
}
