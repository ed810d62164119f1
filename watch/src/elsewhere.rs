//! The stand-in for systems whose threads are not examined. Only the counters of tokio are known there.

use std::{
    collections::hash_map::DefaultHasher,
    hash::{Hash, Hasher},
    iter, thread,
    time::Duration,
};

use crate::{
    Blocked, How,
    allow::threads_inside,
    examined::Examined,
    origin::{Inside, Origin},
    worker_times::{Due, OwnTime, Stay, Stuck},
};

/// A thread.
pub(crate) type Tid = u64;

/// The calling thread.
pub(crate) fn current_tid() -> Tid {
    let mut hasher = DefaultHasher::new();
    thread::current().id().hash(&mut hasher);
    hasher.finish()
}

/// What the system calls the calling thread. Names are not needed here.
pub(crate) fn own_name() -> Option<String> {
    None
}

/// The time of the calling thread. This system does not say.
pub(crate) fn own_time() -> OwnTime {
    OwnTime::default()
}

/// Lets a copy of this program act as the helper process. On this system it does nothing.
///
/// Call it first in `main`. On Linux on `x86_64`, a copy of the program that was started to read the registers of a thread does
/// its work here and exits.
///
/// ```
/// tokio_offload_watch::init();
/// // The program.
/// ```
pub fn init() {}

/// What threads do at one moment. It is not known on this system.
#[derive(Default)]
pub(crate) struct ThreadStates;

impl ThreadStates {
    pub(crate) fn within(self, _stay: Duration) -> Self {
        self
    }
}

pub(crate) struct Look {
    /// Whether the thread of a runtime of one thread is inside `block_on`.
    inside: Inside,
}

const UNNAMED: &str = "functions are named on Linux on `x86_64` only";

#[allow(
    clippy::unused_self,
    reason = "where threads are seen, a look has a state"
)]
impl Look {
    pub(crate) fn new(_starter: Tid, _limit: Duration, origin: Origin, _workers: usize) -> Self {
        Self {
            inside: origin.inside,
        }
    }

    pub(crate) fn prepare(&mut self) {}

    pub(crate) fn gone_on(
        &mut self,
        _: impl Fn(Stay) -> bool,
        _: impl Fn(Tid) -> bool,
    ) -> Vec<usize> {
        Vec::new()
    }

    pub(crate) fn reported(&self) -> impl Iterator<Item = usize> + '_ {
        iter::empty()
    }

    pub(crate) fn has_slept(&self, _tid: Tid) -> bool {
        false
    }

    pub(crate) fn is_taken_for(&mut self, _: Tid, _: (usize, &[Stay]), _: (bool, bool)) {}

    pub(crate) fn note_pause(&mut self) {}

    pub(crate) fn thread_states(&mut self, _before: &ThreadStates) -> ThreadStates {
        ThreadStates
    }

    pub(crate) fn in_block_on(&mut self, _now: Duration, _limit: Duration) -> Vec<Blocked> {
        Vec::new()
    }

    /// It is not known here which worker is inside a scope of `allow_blocking`, so as many workers as there are such threads are not
    /// reported. Of a worker that was reported nothing more is found out. A runtime of one thread is not reported either: it looks the same
    /// when no thread is inside its `block_on`.
    pub(crate) fn examine(
        &mut self,
        _: &mut ThreadStates,
        due: &Due,
        has_workers: bool,
        _: &dyn Fn(usize) -> bool,
    ) -> Vec<(Stuck, Examined)> {
        // An excused worker that is not over the limit now is one of these threads, so its thread excuses no other worker.
        let allowed = threads_inside().len().saturating_sub(due.excused);
        let examine = |(index, stuck): (usize, &Stuck)| {
            if index < allowed && !stuck.is_told {
                return Examined::Excused;
            }
            if !has_workers && !self.inside.is_known() {
                return Examined::Empty;
            }
            let mut report = Blocked::new(Some(stuck.worker), How::Unknown, stuck.after);
            report.unnamed = Some(UNNAMED);
            Examined::Blocked(Box::new(report), None)
        };
        let mut stuck = due.examine.clone();
        stuck.sort_by_key(|it| (!it.is_excused, it.is_told));
        let stuck = stuck.iter().enumerate();
        stuck.map(|it| (*it.1, examine(it))).collect()
    }
}
